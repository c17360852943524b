/** Hands on the keyboard and nowhere else: Tab to reach a control, keys to use it. Nothing here moves the mouse or the focus. */
import { expect, type Locator, type Page } from '@playwright/test';

/** More controls than any screen has: a control that is not reached by then cannot be reached. */
const TABS = 260;

interface Way {
  /** Undefined when the control has the focus. */
  readonly key: 'Tab' | 'Shift+Tab' | undefined;
  /** At least so many controls lie before it, as far as can be told. */
  readonly stops: number;
}

/** Runs in the page. */
function wayTo(element: SVGElement | HTMLElement): Way {
  const active = document.activeElement;
  if (active === element) return { key: undefined, stops: 0 };
  const follows = (a: Element, b: Element) =>
    (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  if (active === null || active === document.body) return { key: 'Tab', stops: 1 };
  const forward = follows(active, element);
  const usable = 'input:enabled, button:enabled, textarea:enabled, [tabindex="0"], [contenteditable="true"]';
  const between = [...document.querySelectorAll<HTMLElement>(usable)].filter(
    (stop) =>
      stop.tabIndex >= 0 &&
      stop.checkVisibility({ visibilityProperty: true }) &&
      (forward
        ? follows(active, stop) && follows(stop, element)
        : follows(stop, active) && follows(element, stop)),
  );
  return { key: forward ? 'Tab' : 'Shift+Tab', stops: between.length + 1 };
}

export class Keyboard {
  readonly inspector: Locator;
  readonly canvas: Locator;

  constructor(readonly page: Page) {
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
    this.canvas = page.getByRole('application', { name: /^Drawing of the flow/ });
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Presses Tab, or Shift+Tab for what lies before, until the control has the focus. */
  async to(control: Locator): Promise<void> {
    await control.waitFor();
    for (let pressed = 0; pressed < TABS; ) {
      const { key, stops } = await control.evaluate(wayTo);
      if (key === undefined) return;
      // Most of the way without looking, then one by one.
      for (let i = Math.max(1, stops - 2); i > 0; i--, pressed++) await this.press(key);
    }
    throw new Error(`${String(control)} is not reached by Tab.`);
  }

  async push(button: Locator): Promise<void> {
    await this.to(button);
    await this.press('Enter');
  }

  async check(box: Locator): Promise<void> {
    await this.to(box);
    if (!(await box.isChecked())) await this.press('Space');
    await expect(box).toBeChecked();
  }

  /** What was in the field goes. */
  async type(field: Locator, text: string): Promise<void> {
    await this.to(field);
    await this.press('ControlOrMeta+A');
    await this.press('Delete');
    await this.page.keyboard.type(text);
    await this.closeList();
  }

  /** The list of completions takes Tab for itself, so it is closed before one goes on. */
  private async closeList(): Promise<void> {
    const list = this.page.locator('.cm-tooltip-autocomplete');
    if (await list.isVisible()) await this.press('Escape');
  }

  /** Opens a select and goes down to an option. */
  async choose(select: Locator, option: string | RegExp): Promise<void> {
    await this.to(select);
    const options = this.page.getByRole('option');
    const wanted = this.page.getByRole('option', { name: option, exact: true });
    if (!(await wanted.isVisible())) await this.press('ArrowDown');
    await wanted.waitFor();
    for (let i = await options.count(); i >= 0; i--) {
      if ((await wanted.getAttribute('data-combobox-selected')) === 'true') {
        await this.press('Enter');
        return;
      }
      await this.press('ArrowDown');
    }
    throw new Error(`The arrow keys do not reach the option “${String(option)}”.`);
  }

  /** In the menu that is open. */
  async pick(item: string): Promise<void> {
    const wanted = this.page.getByRole('menuitem', { name: item, exact: true });
    await wanted.waitFor();
    // It takes the focus a moment after it is drawn.
    await expect(this.page.locator('[role="menu"]:focus-within')).toBeVisible();
    for (let i = await this.page.getByRole('menuitem').count(); i >= 0; i--) {
      if (await wanted.evaluate((element) => element === document.activeElement)) {
        await this.press('Enter');
        return;
      }
      await this.press('ArrowDown');
    }
    throw new Error(`The arrow keys do not reach the menu item “${item}”.`);
  }
}
