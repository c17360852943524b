import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function SettingsScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('settings.title')}</h1>
    </TopBar>
  );
}
