// Commands, shown before they are done and never as more than they are: sending, sent (the API has it in the log),
// shown (the stream has brought it). What is refused says why; what got no answer is asked again with the same key.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { call, Refused, Unreachable } from "./api.js";
import type { Done } from "./api.js";
import { signedOut } from "./desk.js";

export type State = "sending" | "waiting" | "sent" | "shown" | "refused";

export interface Act {
  readonly key: string;
  readonly what: string;
  readonly text: string;
  readonly begunAt: string;
  readonly state: Signal<State>;
  readonly why: Signal<Refused | null>;
  /** The id of what it made or changed, once it is sent. */
  readonly id: Signal<string | null>;
}

const LONGEST_PAUSE_S = 15;

export interface Asked {
  /** The name of the words that say what is done. */
  what: string;
  /** What somebody wrote, to show meanwhile. */
  text?: string;
  method: string;
  path: string;
  body: object;
  /** The version of what is changed, as its writer saw it. */
  version?: number;
}

/** Do a command once, however often it has to be asked for. `reached`: waits until the page shows what was at a position. */
export function act(asked: Asked, reached: (position: number) => Promise<void>): { act: Act; done: Promise<State> } {
  const made: Act = {
    key: crypto.randomUUID(),
    what: asked.what,
    text: asked.text ?? "",
    begunAt: new Date().toISOString(),
    state: signal<State>("sending"),
    why: signal<Refused | null>(null),
    id: signal<string | null>(null),
  };
  const headers: Record<string, string> = { "Idempotency-Key": made.key };
  if (asked.version !== undefined) headers["If-Match"] = `"${asked.version}"`;
  const done = (async (): Promise<State> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await call(asked.method, asked.path, { headers, body: asked.body });
        const { id, position } = (await answer.json()) as Done;
        made.state.value = "sent";
        made.id.value = id;
        await reached(position);
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
