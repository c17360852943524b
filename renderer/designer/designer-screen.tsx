import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function DesignerScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('designer.title')}</h1>
    </TopBar>
  );
}
