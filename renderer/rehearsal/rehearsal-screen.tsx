import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function RehearsalScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('rehearsal.title')}</h1>
    </TopBar>
  );
}
