// The palette: one field that finds conversations, customers, orders and the page's own places (Ctrl+K, or /).

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "./dialog.js";
import { ask, asked, chosen, failed, finding, found, looking, take } from "./finding.js";
import { say } from "./say.js";
import { t } from "./words.js";

export function Palette(): JSX.Element | null {
  return finding.value ? <Open /> : null;
}

function Open(): JSX.Element {
  const results = found.value;
  const list = useRef<HTMLUListElement>(null);
  const at = Math.min(chosen.value, results.length - 1);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
  useEffect(() => {
    if (!looking.value && asked.value) say(t("found", { number: results.length }));
  }, [results, looking.value]);
  const move = (by: number): void => {
    chosen.value = (at + by + results.length) % Math.max(results.length, 1);
  };
  const moves: Record<string, () => void> = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(results[at]) };
  return (
    <Dialog label={t("find")} close={() => (finding.value = false)} class="palette">
      <input
        type="text"
        role="combobox"
        aria-label={t("find")}
        aria-expanded={results.length > 0}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={results.length ? `found-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        dir="auto"
        placeholder={t("find-what")}
        value={asked.value}
        onInput={(event) => ask(event.currentTarget.value)}
        onKeyDown={(event) => {
          const does = moves[event.key];
          if (!does) return;
          event.preventDefault();
          does();
        }}
      />
      <ul id="found" role="listbox" aria-label={t("results")} ref={list}>
        {results.map((each, index) => (
          <li key={each.id} id={`found-${index}`} role="option" aria-selected={index === at} onClick={() => take(each)}>
            <span class="quiet">{each.kind}</span>
            <span class="said" dir="auto">{each.parts.map((part, nth) => (part.hit ? <mark key={nth}>{part.text}</mark> : part.text))}</span>
            {each.whose && <strong dir="auto">{each.whose}</strong>}
          </li>
        ))}
      </ul>
      <p class="quiet">
        {failed.value ? t("find-failed") : looking.value ? t("looking") : results.length ? t("find-keys") : t("nothing-found")}
      </p>
    </Dialog>
  );
}
