// The rows of one collection: each a signal of its own, so that a change draws one row and nothing else.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";

export type Key = readonly (string | number)[];

export class Rows<T extends object> {
  /** Rises with every change of any row. */
  readonly changes = signal(0);
  readonly #rows = new Map<string, Signal<T>>();
  #stale: Set<string> | null = null;

  constructor(private readonly key: readonly (keyof T & string)[]) {}

  /** A new state begins: whatever it does not bring goes once it is complete. */
  begin(): void {
    this.#stale = new Set(this.#rows.keys());
  }

  /** Apply what changed and what is gone. */
  apply(changed: readonly T[], gone: readonly Key[]): void {
    for (const row of changed) {
      const name = this.key.map((each) => String(row[each])).join(" ");
      this.#stale?.delete(name);
      const held = this.#rows.get(name);
      if (!held) this.#rows.set(name, signal(row));
      else if (JSON.stringify(held.peek()) !== JSON.stringify(row)) held.value = row;
    }
    for (const each of gone) this.#rows.delete(each.join(" "));
    if (changed.length || gone.length) this.changes.value += 1;
  }

  /** What is held is all there is, at a position. */
  complete(): void {
    if (!this.#stale) return;
    for (const name of this.#stale) this.#rows.delete(name);
    if (this.#stale.size) this.changes.value += 1;
    this.#stale = null;
  }

  /** One row, by its key. */
  find(...key: Key): Signal<T> | undefined {
    return this.#rows.get(key.join(" "));
  }

  /** All rows, as they are now. Whoever has to follow them reads `changes`, as often as that is worth it. */
  all(): T[] {
    return [...this.#rows.values()].map((each) => each.peek());
  }

  get size(): number {
    return this.#rows.size;
  }
}
