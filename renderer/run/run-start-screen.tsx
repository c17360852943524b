import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function RunStartScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('run.title')}</h1>
    </TopBar>
  );
}
