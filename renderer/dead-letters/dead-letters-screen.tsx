import { TopBar } from '../app/top-bar';
import { t } from '../i18n/t';

export function DeadLettersScreen() {
  return (
    <TopBar>
      <h1 className="bar-title">{t('app.nav.deadLetters')}</h1>
    </TopBar>
  );
}
