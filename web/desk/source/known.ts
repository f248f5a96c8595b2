// What is known of a conversation and not in its stream: clocks with the times that counted, promises, who takes part.

import { signal } from "@preact/signals";
import { read, readAll } from "./api.js";
import type { Clock, Participant, PromiseRow } from "./api.js";

const MOST = 500;

export class Known {
  readonly clocks = signal<readonly Clock[]>([]);
  readonly promises = signal<readonly PromiseRow[]>([]);
  readonly participants = signal<readonly Participant[]>([]);
  readonly away = signal(false);

  constructor(private readonly id: string) {}

  /** Read it, as of this position or later. */
  async read(position: number): Promise<void> {
    const path = `/conversations/${this.id}`;
    const headers = { "At-Least": String(position) };
    try {
      [this.clocks.value, this.promises.value, this.participants.value] = await Promise.all([
        read<{ clocks: Clock[] }>(`${path}/clocks`).then((page) => page.clocks),
        readAll<PromiseRow>(`${path}/promises`, "promises", MOST, { headers }),
        readAll<Participant>(`${path}/participants`, "participants", MOST, { headers }),
      ]);
      this.away.value = false;
    } catch {
      this.away.value = true;
    }
  }
}
