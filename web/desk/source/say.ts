// What a screen reader is told: one sentence at a time, and never the same again at once.

import { signal } from "@preact/signals";

export const said = signal("");

let waiting = "";
let timer: ReturnType<typeof setTimeout> | undefined;
const QUIET_MS = 1000;

/** Tell a sentence; of several within a second, the last one. */
export function say(sentence: string): void {
  waiting = sentence;
  timer ??= setTimeout(() => {
    timer = undefined;
    said.value = waiting;
  }, QUIET_MS);
}
