/** The designer as a person drives it: names on the screen, the mouse on the canvas, the keyboard in fields. */
import { expect, type Locator, type Page } from '@playwright/test';
import { idFromName } from '../../../shared/editing/ids';

export interface ShapeField {
  readonly name: string;
  readonly kind?: 'Text' | 'Number' | 'One of' | 'Yes or no';
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly required?: boolean;
}

/** Types into a field of any kind: what was there goes. */
export async function type(page: Page, field: Locator, text: string): Promise<void> {
  await field.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(text);
}

/** Chooses from a select that is drawn by the app. */
export async function choose(page: Page, select: Locator, option: string | RegExp): Promise<void> {
  const wanted = page.getByRole('option', { name: option, exact: true });
  // The list closes when the form moves under it, as when a check comes in: then it is opened again.
  await expect(async () => {
    if (!(await wanted.isVisible())) await select.click();
    await wanted.click({ timeout: 1_000 });
  }).toPass();
}

export class Designer {
  readonly inspector: Locator;
  readonly canvas: Locator;

  constructor(readonly page: Page) {
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
    this.canvas = page.getByRole('application', { name: /^Drawing of the flow/ });
  }

  card(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  port(id: string, name: string): Locator {
    return this.card(id).locator(`.react-flow__handle[data-handleid="${name}"]`);
  }

  edge(from: string, port: string, to: string): Locator {
    return this.canvas.getByRole('img', { name: `From ${from} by ${port} to ${to}`, exact: true });
  }

  section(name: string): Locator {
    return this.inspector.getByRole('region', { name, exact: true });
  }

  field(name: string): Locator {
    return this.inspector.getByRole('textbox', { name, exact: true });
  }

  async open(section: string): Promise<Locator> {
    const region = this.section(section);
    const toggle = region.getByRole('button', { expanded: false }).first();
    if (await toggle.isVisible()) await toggle.click();
    return region;
  }

  /** Nothing selected: the inspector shows the flow. */
  async showFlow(): Promise<void> {
    await this.canvas.focus();
    await this.page.keyboard.press('Escape');
    await expect(this.inspector.getByRole('heading', { name: 'Flow', exact: true })).toBeVisible();
  }

  async select(id: string): Promise<void> {
    await this.settled();
    await this.card(id).locator('.card-head').click();
    await expect(this.inspector.getByRole('textbox', { name: 'Id', exact: true })).toHaveValue(id);
  }

  /** Drags from the palette to a place in the window, then names what is there. */
  async dragIn(kind: string, at: { x: number; y: number }, name: string): Promise<void> {
    const item = this.page.getByRole('button', { name: new RegExp(`^${kind}\\. `) });
    const box = await this.canvas.boundingBox();
    if (!box) throw new Error('The canvas is not on the screen.');
    await item.dragTo(this.canvas, { targetPosition: at });
    await this.rename(name);
  }

  /** Gives the selected node its name; its id follows. */
  async rename(name: string): Promise<void> {
    await type(this.page, this.field('Name').first(), name);
    await this.page.keyboard.press('Enter');
    await expect(this.card(idFromName(name))).toBeVisible();
  }

  /** The whole drawing in sight, so that the mouse can reach every port. */
  async fit(): Promise<void> {
    await this.page.getByRole('button', { name: /fit the drawing$/ }).click();
    await this.settled();
  }

  /** The drawing stands still: the same for several frames. */
  async settled(): Promise<void> {
    await this.page.locator('.react-flow__viewport').evaluate(
      (viewport: { readonly style: { readonly transform: string } }) =>
        new Promise<void>((resolve) => {
          let [last, same] = ['', 0];
          const look = (): void => {
            const now = viewport.style.transform;
            same = now === last ? same + 1 : 0;
            last = now;
            if (same > 8) resolve();
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
  }

  /** With the mouse, from the dot of a port to a card. */
  async wire(from: string, port: string, to: string): Promise<void> {
    await drag(this.page, await centre(this.port(from, port)), await centre(this.port(to, 'in')));
  }

  /** With the keyboard: C, the way out, the name, Enter. */
  async connect(from: string, port: string, to: string): Promise<void> {
    await this.select(from);
    await this.canvas.focus();
    await this.page.keyboard.press('c');
    const dialog = this.page.getByRole('dialog', { name: /^Connect / });
    await expect(dialog).toBeVisible();
    const way = dialog.getByRole('combobox', { name: 'By' });
    if ((await way.inputValue()) !== port) await choose(this.page, way, port);
    await dialog.getByRole('textbox', { name: 'To' }).fill(to);
    await this.page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  }

  /** Describes a shape in the schema builder. */
  async shape(label: string, fields: readonly ShapeField[], within: Locator = this.inspector): Promise<void> {
    const group = within.getByRole('group', { name: label, exact: true });
    const describe = group.getByRole('button', { name: 'Describe the shape' });
    const names = group.getByRole('textbox', { name: `Name of a field of ${label}`, exact: true });
    if (await describe.isVisible()) await describe.click();
    for (const [i, field] of fields.entries()) {
      if ((await names.count()) <= i) await group.getByRole('button', { name: 'Add a field' }).last().click();
      await type(this.page, names.nth(i), field.name);
      await this.shapeField(group, field);
    }
  }

  private async shapeField(group: Locator, field: ShapeField): Promise<void> {
    const { name, kind = 'Text', choices, min, max, required = true } = field;
    if (kind !== 'Text')
      await choose(
        this.page,
        group.getByRole('combobox', { name: `Kind of value of ${name}`, exact: true }),
        kind,
      );
    if (choices) {
      const box = group.getByRole('combobox', { name: `Choices of ${name}`, exact: true });
      for (const choice of choices) {
        await box.click();
        await this.page.keyboard.type(choice);
        await this.page.keyboard.press('Enter');
      }
      await this.page.keyboard.press('Escape');
    }
    if (min !== undefined)
      await group.getByRole('textbox', { name: `Smallest value of ${name}`, exact: true }).fill(String(min));
    if (max !== undefined)
      await group.getByRole('textbox', { name: `Largest value of ${name}`, exact: true }).fill(String(max));
    if (required) await group.getByRole('checkbox', { name: `${name} is required`, exact: true }).check();
  }

  /** Fills one row of a mapping with an expression. */
  async mapping(
    label: string,
    row: string,
    expression: string,
    within: Locator = this.inspector,
  ): Promise<void> {
    const group = within.getByRole('group', { name: label, exact: true });
    const before = await group
      .getByRole('textbox', { name: `Name of a field of ${label}`, exact: true })
      .count();
    await group.getByRole('button', { name: 'Add a field' }).click();
    const names = group.getByRole('textbox', { name: `Name of a field of ${label}`, exact: true });
    const offered = this.page.getByRole('menuitem', { name: row, exact: true });
    const other = this.page.getByRole('menuitem', { name: 'Another field' });
    // A menu offers the names that are expected; without any the row is there at once.
    await expect.poll(async () => (await names.count()) > before || (await other.isVisible())).toBe(true);
    if (await other.isVisible()) await ((await offered.isVisible()) ? offered : other).click();
    await expect(names).toHaveCount(before + 1);
    if ((await names.last().inputValue()) !== row) await type(this.page, names.last(), row);
    await type(this.page, group.getByRole('textbox', { name: `Value of ${row}`, exact: true }), expression);
  }
}

export async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${String(locator)} is not on the screen.`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The button goes down at one place and up at another. */
export async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}
