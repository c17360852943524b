import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function InboxScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('inbox.title')}</h1>
    </TopBar>
  );
}
