// What is shown where no conversation is open: five sentences that are enough to begin, and the keys.

import type { JSX } from "preact";
import { t } from "./words.js";

export const KEYS: readonly (readonly [string, string])[] = [
  ["j", "key-next"], ["k", "key-previous"], ["Enter", "key-open"], ["r", "key-reply"], ["n", "key-note"], ["p", "key-promise"],
  ["Ctrl+Enter", "key-send"], ["c", "key-customer"], ["h", "key-hand-over"], ["m", "key-merge"], ["s", "key-split"], ["Ctrl+K", "key-find"], ["u", "key-back"], ["?", "key-help"],
];

export function Welcome(): JSX.Element {
  return (
    <section class="welcome" aria-label={t("welcome")}>
      <h2>{t("welcome")}</h2>
      <ol class="tour">
        {[1, 2, 3, 4, 5].map((each) => <li key={each}>{t(`tour-${each}`)}</li>)}
      </ol>
      <h3>{t("keys")}</h3>
      <dl class="keys">
        {KEYS.map(([key, words]) => [
          <dt key={`key ${key}`}><kbd>{key}</kbd></dt>,
          <dd key={`words ${key}`}>{t(words)}</dd>,
        ])}
      </dl>
    </section>
  );
}
