// A promise with every revision, and what becomes of it: kept, moved to another day, broken, or expected no more.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Asked } from "./acts.js";
import type { PromiseRow } from "./api.js";
import { Form } from "./form.js";
import { full, short } from "./times.js";
import { named, t } from "./words.js";

export type Settle = (asked: Asked) => void;

export function PromiseShown({ promise, settle }: { promise: PromiseRow; settle: Settle | null }): JSX.Element {
  const settling = useSignal(false);
  const open = promise.state === "open" || promise.state === "overdue";
  const tone = promise.state === "overdue" || promise.state === "broken" ? "bad" : "";
  return (
    <div class="promise">
      <p dir="auto">{promise.text}</p>
      <p class="quiet">
        <span class={`mark ${tone}`}>{named("promise", promise.state)}</span>{" "}
        <time dateTime={promise.due_at} title={full(promise.due_at)}>{short(promise.due_at)}</time>{" "}
        {open && settle && <button type="button" class="plain" onClick={() => (settling.value = true)}>{t("settle-begin")}</button>}
      </p>
      {promise.revisions.length > 0 && (
        <ol class="revisions">
          {promise.revisions.map((each, at) => (
            <li key={at}>
              <s>{short(String(each["previous"]))}</s> <span aria-hidden="true" class="arrow onward" /> {short(String(each["due_at"]))}{" "}
              <span dir="auto" class="quiet">{String(each["because"] ?? "")}</span>
            </li>
          ))}
        </ol>
      )}
      {promise.because && <p class="quiet" dir="auto">{promise.because}</p>}
      {settling.value && settle && <Settling promise={promise} settle={settle} close={() => (settling.value = false)} />}
    </div>
  );
}

const OUTCOMES = ["kept", "moved", "broken", "withdrawn"] as const;
type Outcome = (typeof OUTCOMES)[number];

function Settling({ promise, settle, close }: { promise: PromiseRow; settle: Settle; close(): void }): JSX.Element {
  const outcome = useSignal<Outcome>("kept");
  const because = useSignal("");
  const due = useSignal("");
  const moved = outcome.value === "moved";
  const missing = (moved && (!due.value || !because.value.trim())) || (outcome.value === "broken" && !because.value.trim());
  const submit = (): void => {
    const path = `/promises/${promise.promise_id}`;
    const reason = because.value.trim();
    if (moved) settle({ what: "settle-moved", method: "PUT", path: `${path}/due`, body: { due_at: due.value, because: reason } });
    else settle({
      what: `settle-${outcome.value}`, method: "PUT", path: `${path}/outcome`,
      body: { outcome: outcome.value, because: outcome.value === "kept" ? null : reason || null },
    });
  };
  return (
    <Form
      title={t("settle")}
      does={t(`settle-${outcome.value}`)}
      submit={submit}
      close={close}
      preview={missing ? null : <p>{t(`settle-means-${outcome.value}`)}</p>}
    >
      <blockquote dir="auto">{promise.text}</blockquote>
      <label>
        {t("settle-what")}
        <select value={outcome.value} onChange={(event) => (outcome.value = event.currentTarget.value as Outcome)}>
          {OUTCOMES.map((each) => <option key={each} value={each}>{t(`settle-${each}`)}</option>)}
        </select>
      </label>
      {moved && <label>{t("promise-by")} <input type="date" required value={due.value} onInput={(event) => (due.value = event.currentTarget.value)} /></label>}
      {outcome.value !== "kept" && (
        <label>
          {t("because-customer")}
          <textarea rows={3} maxLength={2000} dir="auto" value={because.value} onInput={(event) => (because.value = event.currentTarget.value)} />
        </label>
      )}
    </Form>
  );
}
