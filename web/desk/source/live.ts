// One live resource: its collections, kept as the stream tells them (docs/live.md is the whole protocol).

import { batch, signal } from "@preact/signals";
import type { Params, Refused } from "./api.js";
import { follow } from "./stream.js";
import type { Connection, Told } from "./stream.js";
import type { Key, Rows } from "./rows.js";

interface Part {
  changed: object[];
  gone: Key[];
}

export class Live {
  /** What is held is what a read at this position shows, where it is complete. */
  readonly position = signal(0);
  readonly complete = signal(false);
  /** Whether everything has come at least once. */
  readonly loaded = signal(false);
  readonly connection = signal<Connection>("connecting");
  readonly refused = signal<Refused | null>(null);
  #stop: AbortController | null = null;

  // any: each collection has rows of its own kind, which the stream's names tell apart.
  constructor(
    readonly path: string,
    private readonly collections: Record<string, Rows<any>>,
    private readonly params: Params = {},
  ) {}

  /** Follow the resource, until `stop`. */
  start(): this {
    this.#stop = new AbortController();
    void follow(this.path, this.params, {
      heard: (told) => this.#apply(told),
      became: (connection) => (this.connection.value = connection),
      refused: (why) => (this.refused.value = why),
    }, this.#stop.signal);
    return this;
  }

  stop(): void {
    this.#stop?.abort();
  }

  /** Wait until what is held is what a read at this position shows. */
  reached(position: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.position.subscribe((at) => {
        if (at < position) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }

  #apply(told: Told): void {
    if (told.name !== "state" && told.name !== "change") return;
    const data = JSON.parse(told.data) as { position: number; complete: boolean } & Record<string, unknown>;
    batch(() => {
      for (const [name, rows] of Object.entries(this.collections)) {
        if (told.name === "state") rows.begin();
        const part = data[name] as Part | undefined;
        if (part) rows.apply(part.changed, part.gone);
        if (data.complete) rows.complete();
      }
      this.complete.value = data.complete;
      if (data.complete) {
        this.position.value = data.position;
        this.loaded.value = true;
      }
    });
  }
}
