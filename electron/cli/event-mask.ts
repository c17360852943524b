/**
 * Events as they are printed while a run goes on. What may end in a sensitive field is hidden at once, as far as the
 * drawing tells, because the value itself is known only when it is written; from then on it is hidden wherever it appears.
 */
import type { Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import type { Flow } from '../../shared/spec/flow';
import {
  createMasker,
  type Masker,
  maskEvent,
  sensitiveFields,
  sensitiveTexts,
} from '../runtime/export/masking';
import { sensitiveKeys } from '../runtime/notes';

export class EventMask {
  private readonly fields: ReadonlySet<string>;
  private readonly texts: Set<string>;
  private masker: Masker;
  private size = -1;

  constructor(
    private readonly flow: Flow,
    private readonly secrets: ReadonlySet<string>,
  ) {
    this.fields = sensitiveFields(flow);
    this.texts = sensitiveTexts(flow, []);
    this.masker = createMasker([]);
  }

  event(event: RunEvent): RunEvent {
    for (const text of sensitiveTexts(this.flow, [event])) this.texts.add(text);
    const keys = sensitiveKeys(this.flow, [event])?.[event.seq] ?? [];
    return maskEvent(event, keys, this.fields, this.current()).event;
  }

  /** Anything else that is printed. */
  value<T extends Json | object>(value: T): T {
    return this.current().json(value);
  }

  text(text: string): string {
    return this.current().text(text);
  }

  private current(): Masker {
    const size = this.texts.size + this.secrets.size;
    if (size !== this.size) {
      this.size = size;
      this.masker = createMasker([...this.texts, ...this.secrets]);
    }
    return this.masker;
  }
}
