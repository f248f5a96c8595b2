// The lines of a conversation in order, as they are or as they were once, and what is under way.

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { LineShown, Pending } from "./line.js";
import { inOrder, SHOWN } from "./open.js";
import type { Open } from "./open.js";
import { full, number } from "./times.js";
import type { Mode, Then } from "./then.js";
import { t } from "./words.js";

export function Lines({ open }: { open: Open }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  void open.lines.changes.value;
  const then = open.then.value;
  const lines = then ? inOrder([...(then.lines.value ?? [])]) : open.ordered();
  const shown = lines.slice(-open.most.value);
  const pending = then ? [] : open.acts.value;
  // Whoever reads the end goes on seeing it; whoever reads further up is not moved.
  useLayoutEffect(() => {
    if (atEnd.current) box.current!.scrollTop = box.current!.scrollHeight;
  }, [lines.length, pending.length]);
  return (
    <div
      class={then ? "lines once" : "lines"}
      ref={box}
      tabIndex={0}
      role="region"
      aria-label={t(then ? "lines-once" : "lines")}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (atEnd.current = scrollTop + clientHeight > scrollHeight - 40)}
    >
      {lines.length > shown.length && (
        <button type="button" class="plain" onClick={() => (open.most.value += SHOWN)}>
          {t("earlier", { number: number(lines.length - shown.length) })}
        </button>
      )}
      {then && then.lines.value?.length === 0 && <p class="quiet">{t("nothing-then")}</p>}
      <ol>
        {shown.map((line) => (
          <LineShown key={`${line.conversation_id} ${line.version}`} line={line} open={open} />
        ))}
        {pending.map((each) => <Pending key={each.key} act={each} dismiss={() => open.dismiss(each)} />)}
      </ol>
    </div>
  );
}

/** The slider over the times of a conversation. */
export function Slider({ open, then }: { open: Open; then: Then }): JSX.Element {
  const times = then.times();
  const at = then.at.value;
  const time = full(times[at]!);
  return (
    <section class="then" aria-label={t("then")}>
      <label>
        <span class="hidden">{t("then-by")}</span>
        <select value={then.mode.value} onChange={(event) => {
          const mode = event.currentTarget.value as Mode;
          then.go(then.times(mode).length - 1, mode);
        }}>
          <option value="known_at">{t("then-known-at")}</option>
          <option value="as_of">{t("then-as-of")}</option>
        </select>
      </label>
      <input
        type="range"
        id="then"
        min={0}
        max={times.length - 1}
        step={1}
        value={at}
        aria-label={t("then-when")}
        aria-valuetext={time}
        onInput={(event) => then.go(Number(event.currentTarget.value))}
      />
      <output for="then">{t("then-at", { time, at: number(at + 1), of: number(times.length) })}</output>
      {then.failed.value && <span class="mark bad" role="alert">{t("known-away")}</span>}
      <button type="button" onClick={() => leave(open)}>{t("then-end")}</button>
    </section>
  );
}

/** Look at it as it is now. */
export function leave(open: Open): void {
  open.then.peek()?.end();
  open.then.value = null;
}
