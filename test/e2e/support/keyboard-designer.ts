/** A flow drawn with the keyboard alone: commands by their keys, forms by Tab. */
import { expect, type Locator } from '@playwright/test';
import { Keyboard } from './keyboard';
import type { ShapeField } from './designer';

export class KeyboardDesigner extends Keyboard {
  box(name: string, within: Locator = this.inspector): Locator {
    return within.getByRole('textbox', { name, exact: true });
  }

  list(name: string, within: Locator = this.inspector): Locator {
    return within.getByRole('combobox', { name, exact: true });
  }

  button(name: string | RegExp, within: Locator = this.inspector): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  group(name: string, within: Locator = this.inspector): Locator {
    return within.getByRole('group', { name, exact: true });
  }

  field(name: string, text: string, within?: Locator): Promise<void> {
    return this.type(this.box(name, within), text);
  }

  /** Unfolds a part of the form. */
  async open(section: string): Promise<Locator> {
    const region = this.inspector.getByRole('region', { name: section, exact: true });
    const toggle = region.locator('.section-toggle');
    if ((await toggle.getAttribute('aria-expanded')) === 'false') await this.push(toggle);
    return region;
  }

  /** By the palette: from deep in a form it is nearer than by Tab. */
  async toCanvas(): Promise<void> {
    await this.goTo('Start');
    await expect(this.canvas).toBeFocused();
  }

  /** Nothing is selected: the form is that of the flow. */
  async showFlow(): Promise<void> {
    await this.toCanvas();
    await this.press('Escape');
    const back = this.button('Flow');
    if (await back.isVisible()) await this.push(back);
    await expect(this.inspector.getByRole('heading', { name: 'Flow', exact: true })).toBeVisible();
  }

  async goTo(name: string): Promise<void> {
    await this.command(`Go to “${name}”`);
  }

  /** By the command palette. */
  async command(title: string): Promise<void> {
    await this.press('ControlOrMeta+K');
    const search = this.page.getByPlaceholder('Search every action, flow and step');
    await expect(search).toBeFocused();
    await this.page.keyboard.type(title);
    await expect(this.page.locator('[data-selected]').first()).toContainText(title);
    await this.press('Enter');
    await expect(search).toBeHidden();
  }

  /** Adds a node that nothing leads to yet, and gives it its id. */
  async add(kind: string, id: string, name?: string): Promise<void> {
    await this.toCanvas();
    await this.press('Escape');
    await this.press('/');
    const search = this.page.getByPlaceholder('What should happen here?');
    await expect(search).toBeFocused();
    await this.page.keyboard.type(kind);
    await this.press('Enter');
    await expect(this.canvas).toBeFocused();
    await this.press('Enter');
    await expect(this.box('Name')).toBeFocused();
    if (name) {
      await this.field('Name', name);
      await this.press('Enter');
    }
    await this.field('Id', id);
    await this.press('Enter');
    await expect(this.box('Id')).toHaveValue(id);
  }

  /** C, the way out, the name of where it leads, Enter. */
  async connect(from: string, port: string, to: string): Promise<void> {
    await this.goTo(from);
    await expect(this.canvas).toBeFocused();
    await this.press('c');
    const dialog = this.page.getByRole('dialog', { name: /^Connect / });
    const way = dialog.getByRole('combobox', { name: 'By' });
    await way.waitFor();
    if ((await way.inputValue()) !== port) await this.choose(way, port);
    await this.type(dialog.getByRole('textbox', { name: 'To' }), to);
    await this.press('Enter');
    await expect(dialog).toBeHidden();
  }

  async shape(label: string, fields: readonly ShapeField[], within?: Locator): Promise<void> {
    const group = this.group(label, within);
    const names = group.getByRole('textbox', { name: `Name of a field of ${label}`, exact: true });
    const describe = group.getByRole('button', { name: 'Describe the shape' });
    if (await describe.isVisible()) await this.push(describe);
    for (const [i, field] of fields.entries()) {
      if ((await names.count()) <= i) await this.push(this.button('Add a field', group).last());
      await this.type(names.nth(i), field.name);
      await this.shapeField(group, field);
    }
  }

  private async shapeField(group: Locator, field: ShapeField): Promise<void> {
    const { name, kind = 'Text', choices, min, max, required = true } = field;
    if (kind !== 'Text') await this.choose(this.list(`Kind of value of ${name}`, group), kind);
    if (choices) await this.choices(this.list(`Choices of ${name}`, group), choices);
    if (min !== undefined) await this.type(this.box(`Smallest value of ${name}`, group), String(min));
    if (max !== undefined) await this.type(this.box(`Largest value of ${name}`, group), String(max));
    if (required) await this.check(group.getByRole('checkbox', { name: `${name} is required`, exact: true }));
  }

  async choices(box: Locator, choices: readonly string[]): Promise<void> {
    await this.to(box);
    for (const choice of choices) {
      await this.page.keyboard.type(choice);
      await this.press('Enter');
    }
  }

  /** A row of a mapping, filled with an expression. */
  async mapping(label: string, row: string, expression: string, within?: Locator): Promise<void> {
    const group = this.group(label, within);
    const names = this.box(`Name of a field of ${label}`, group);
    const before = await names.count();
    await this.push(this.button('Add a field', group));
    // A menu offers the names that are expected; without any the row is there at once.
    const offered = this.page.getByRole('menuitem', { name: row, exact: true });
    await expect.poll(async () => (await names.count()) > before || (await offered.isVisible())).toBe(true);
    if (await offered.isVisible()) await this.pick(row);
    await expect(names).toHaveCount(before + 1);
    if ((await names.last().inputValue()) !== row) await this.type(names.last(), row);
    await this.type(this.box(`Value of ${row}`, group), expression);
  }

  /** Texts one below the other. */
  async texts(label: string, texts: readonly string[], within?: Locator): Promise<void> {
    for (const [i, text] of texts.entries()) {
      await this.push(this.button(`Add to ${label}`, within ?? this.inspector));
      await this.type(this.box(`${label} ${i + 1}`, within), text);
    }
  }
}
