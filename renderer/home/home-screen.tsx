import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function HomeScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('home.title')}</h1>
    </TopBar>
  );
}
