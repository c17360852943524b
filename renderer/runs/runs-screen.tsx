import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function RunsScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('runs.title')}</h1>
    </TopBar>
  );
}
