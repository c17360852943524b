/** Things to look at, lowest number first. A binary heap; adding twice and taking away are cheap. */
export class Agenda<T extends { readonly id: number }> {
  readonly #heap: T[] = [];
  readonly #members = new Set<T>();

  add(item: T): void {
    if (this.#members.has(item)) return;
    this.#members.add(item);
    this.#heap.push(item);
    this.#up(this.#heap.length - 1);
  }

  /** Left in the heap and skipped when its turn comes. */
  delete(item: T): void {
    this.#members.delete(item);
  }

  take(): T | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return undefined;
      const last = this.#heap.pop() as T; // the heap is not empty
      if (this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#down(0);
      }
      if (this.#members.delete(first)) return first;
    }
  }

  #up(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#idAt(parent) <= this.#idAt(at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(start: number): void {
    let at = start;
    for (;;) {
      const left = 2 * at + 1;
      const least = [left, left + 1]
        .filter((i) => i < this.#heap.length)
        .reduce((best, i) => (this.#idAt(i) < this.#idAt(best) ? i : best), at);
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #idAt(index: number): number {
    return (this.#heap[index] as T).id; // asked only about places inside the heap
  }

  #swap(a: number, b: number): void {
    const item = this.#heap[a] as T; // both are inside the heap
    this.#heap[a] = this.#heap[b] as T;
    this.#heap[b] = item;
  }
}
