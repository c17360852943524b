/**
 * Events as they are printed while a run goes on. What a step that writes to a sensitive field says is hidden at once,
 * because the value is known to be sensitive only when it is written; from then on it is hidden wherever it appears.
 */
import type { Json } from '../../shared/base/json';
import type { RunEvent } from '../../shared/events/event';
import { lastSegment } from '../../shared/events/step-key';
import type { Flow } from '../../shared/spec/flow';
import { everyFlowNode } from '../../shared/spec/readiness-parts';
import {
  createMasker,
  type Masker,
  maskEvent,
  sensitiveFields,
  sensitiveTexts,
} from '../runtime/export/masking';

/** Keys of `data` that hold what a step produced. */
const PRODUCED: readonly string[] = ['result', 'message', 'output', 'toolCalls', 'proposed', 'values'];

export class EventMask {
  private readonly fields: ReadonlySet<string>;
  private readonly writers: ReadonlySet<string>;
  private readonly texts: Set<string>;
  private masker: Masker;
  private size = -1;

  constructor(
    private readonly flow: Flow,
    private readonly secrets: ReadonlySet<string>,
  ) {
    this.fields = sensitiveFields(flow);
    this.writers = new Set(
      everyFlowNode(flow).flatMap(({ id, node }) =>
        Object.keys(node.writes ?? {}).some((field) => this.fields.has(field)) ? [id] : [],
      ),
    );
    this.texts = sensitiveTexts(flow, []);
    this.masker = createMasker([]);
  }

  event(event: RunEvent): RunEvent {
    for (const text of sensitiveTexts(this.flow, [event])) this.texts.add(text);
    const isWriter = event.step !== undefined && this.writers.has(lastSegment(event.step).node);
    return maskEvent(event, isWriter ? PRODUCED : [], this.fields, this.current()).event;
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
