/** A version of a list that grows: put together when somebody looks, so that many additions in a row make one list. */
import type { Json } from '../base/json';
import type { ContextVersion } from './scope';

export class Appended implements ContextVersion {
  readonly version: number;
  readonly writer: string;
  readonly at: number;
  readonly hash: string;
  #before: ContextVersion | undefined;
  #added: Json;
  #list: readonly Json[] | undefined;

  constructor(parts: Omit<ContextVersion, 'value'>, before: ContextVersion | undefined, added: Json) {
    this.version = parts.version;
    this.writer = parts.writer;
    this.at = parts.at;
    this.hash = parts.hash;
    this.#before = before;
    this.#added = added;
  }

  get value(): Json {
    this.#list ??= this.#collect();
    return this.#list as Json;
  }

  /** Walks back to the last list that was looked at; its own past is let go. */
  #collect(): readonly Json[] {
    const added: Json[] = [this.#added];
    let version = this.#before;
    while (version instanceof Appended && version.#list === undefined) {
      added.push(version.#added);
      version = version.#before;
    }
    const first: Json | undefined = version?.value;
    const list: Json[] = Array.isArray(first) ? Array.from(first as readonly Json[]) : [];
    for (const one of added.reverse()) {
      if (Array.isArray(one)) for (const item of one as readonly Json[]) list.push(item);
      else list.push(one);
    }
    this.#before = undefined;
    this.#added = null;
    return list;
  }
}
