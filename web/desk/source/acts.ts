// Commands, shown before they are done and never as more than they are: sending, sent (the API has it in the log),
// shown (the stream has brought it). What is refused says why; what got no answer is asked again with the same key.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { call, Refused, Unreachable } from "./api.js";
import type { Done } from "./api.js";
import { signedOut } from "./desk.js";
import type { Live } from "./live.js";

export type State = "sending" | "waiting" | "sent" | "shown" | "refused";

export interface Act {
  readonly key: string;
  readonly what: string;
  readonly text: string;
  readonly begunAt: string;
  readonly state: Signal<State>;
  readonly why: Signal<Refused | null>;
}

const LONGEST_PAUSE_S = 15;

/** Do a command once, however often it has to be asked for. `what` and `text` are shown meanwhile. `live` brings the
 * effect. */
export function act(
  live: Live, asked: { what: string; text?: string; method: string; path: string; body: object; version?: number },
): { act: Act; done: Promise<State> } {
  const made: Act = {
    key: crypto.randomUUID(),
    what: asked.what,
    text: asked.text ?? "",
    begunAt: new Date().toISOString(),
    state: signal<State>("sending"),
    why: signal<Refused | null>(null),
  };
  const headers: Record<string, string> = { "Idempotency-Key": made.key };
  if (asked.version !== undefined) headers["If-Match"] = `"${asked.version}"`;
  const done = (async (): Promise<State> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await call(asked.method, asked.path, { headers, body: asked.body });
        const { position } = (await answer.json()) as Done;
        made.state.value = "sent";
        await reached(live, position);
        return (made.state.value = "shown");
      } catch (error) {
        const seconds = error instanceof Refused && error.later ? error.retrySeconds : Math.min(2 ** attempt, LONGEST_PAUSE_S);
        if (error instanceof Refused && !error.later) {
          if (error.status === 401) signedOut();
          made.why.value = error;
          return (made.state.value = "refused");
        }
        if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
        made.state.value = "waiting";
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      }
    }
  })();
  return { act: made, done };
}

/** Wait until the stream holds what a read at this position shows. */
function reached(live: Live, position: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = live.position.subscribe((at) => {
      if (at < position) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}
