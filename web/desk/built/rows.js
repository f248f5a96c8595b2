// The rows of one collection: each a signal of its own, so that a change draws one row and nothing else.
import { signal } from "@preact/signals";
export class Rows {
    key;
    /** Rises with every change of any row. */
    changes = signal(0);
    #rows = new Map();
    #stale = null;
    constructor(key) {
        this.key = key;
    }
    /** A new state begins: whatever it does not bring goes once it is complete. */
    begin() {
        this.#stale = new Set(this.#rows.keys());
    }
    /** Apply what changed and what is gone. */
    apply(changed, gone) {
        for (const row of changed) {
            const name = this.key.map((each) => String(row[each])).join(" ");
            this.#stale?.delete(name);
            const held = this.#rows.get(name);
            if (!held)
                this.#rows.set(name, signal(row));
            else if (JSON.stringify(held.peek()) !== JSON.stringify(row))
                held.value = row;
        }
        for (const each of gone)
            this.#rows.delete(each.join(" "));
        if (changed.length || gone.length)
            this.changes.value += 1;
    }
    /** What is held is all there is, at a position. */
    complete() {
        if (!this.#stale)
            return;
        for (const name of this.#stale)
            this.#rows.delete(name);
        if (this.#stale.size)
            this.changes.value += 1;
        this.#stale = null;
    }
    /** One row, by its key. */
    find(...key) {
        return this.#rows.get(key.join(" "));
    }
    /** All rows, as they are now. Whoever has to follow them reads `changes`, as often as that is worth it. */
    all() {
        return [...this.#rows.values()].map((each) => each.peek());
    }
    get size() {
        return this.#rows.size;
    }
}
