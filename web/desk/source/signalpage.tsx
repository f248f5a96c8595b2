// One signal: how far it can be trusted and why, month by month, what customers said, who is owed an answer, and the answer.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { SignalPage } from "./api.js";
import { Refused } from "./api.js";
import { me } from "./desk.js";
import { Pending } from "./line.js";
import { Go } from "./link.js";
import { go } from "./route.js";
import type { OpenSignal } from "./signals.js";
import { Loading, NotShown } from "./states.js";
import { number, short } from "./times.js";
import { named, t } from "./words.js";

export function SignalShown({ open }: { open: OpenSignal }): JSX.Element {
  const failed = open.failed.value;
  const page = open.page.value;
  if (failed instanceof Refused) return <NotShown why={failed} gone={t("no-such-signal")} />;
  if (!page) return failed ? <p class="mark warn" role="alert">{t("known-away")}</p> : <Loading what={t("loading-board")} />;
  const { signal } = page;
  return (
    <article class="sheet" aria-label={t("signal")}>
      <button type="button" class="plain" onClick={() => go({ screen: "board" })}><span aria-hidden="true" class="arrow" /> {t("back-to-board")}</button>
      <h2 dir="auto">{signal.product_area} · {signal.theme}</h2>
      <p class="row-marks">
        <span class="mark strong">{named("strength", signal.strength)}</span>
        <span class="mark">{named("stage", signal.stage)}</span>
        {signal.status && <span class="mark">{named("lane", signal.status)}</span>}
        <span>{t("people", { number: number(signal.people) })}</span>
        <span>{t("doers", { number: number(signal.doers) })}</span>
        <span class="quiet">{t("said-between", { first: short(signal.first_said_at, true), last: short(signal.last_said_at, true) })}</span>
      </p>
      <Answer open={open} />
      <Evidence page={page} />
      <Owed open={open} />
      <Verbatims open={open} />
    </article>
  );
}

function Evidence({ page }: { page: SignalPage }): JSX.Element {
  return (
    <>
      <h3>{t("evidence")}</h3>
      <ul class="reasons">
        {page.reasons.map((each) => (
          <li key={each.code}>
            <span class={`mark ${each.against ? "warn" : ""}`}>{each.against ? named("strength", each.against) : t("speaks-for")}</span>{" "}
            <span>{named("reason", each.code)}</span>{" "}
            <span class="quiet" lang="en">{[...Object.entries(each.numbers).map(([name, of]) => `${name} ${of === null ? "?" : number(of)}`), ...each.names].join(", ")}</span>
            {each.what_would_help && <div class="quiet" lang="en">{each.what_would_help}</div>}
          </li>
        ))}
      </ul>
      <div class="scrolled" tabIndex={0} role="region" aria-label={t("by-month")}>
        <table>
          <caption>{t("by-month")}</caption>
          <thead>
            <tr>{["period", "people-head", "items", "prompted", "doers-head"].map((each) => <th scope="col" key={each}>{t(each)}</th>)}</tr>
          </thead>
          <tbody>
            {page.windows.map((each) => (
              <tr key={each.month}>
                <th scope="row">{each.month}</th>
                <td>{number(each.people)}</td><td>{number(each.items)}</td><td>{number(each.prompted)}</td><td>{number(each.doers)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Owed({ open }: { open: OpenSignal }): JSX.Element {
  const closings = open.closings.value;
  const told = closings.filter((each) => each.told_at !== null).length;
  const reasons = new Map<string, number>();
  for (const each of closings) {
    if (!each.told_at) reasons.set(each.reason ?? "", (reasons.get(each.reason ?? "") ?? 0) + 1);
  }
  return (
    <>
      <h3>{t("owed")}</h3>
      {closings.length === 0 ? <p class="quiet">{t("owed-none")}</p> : <p>{t("owed-counted", { told: number(told), owed: number(closings.length - told) })}</p>}
      <ul>{[...reasons].map(([why, count]) => <li key={why}>{number(count)} · {why ? named("untold", why) : t("untold-soon")}</li>)}</ul>
    </>
  );
}

function Verbatims({ open }: { open: OpenSignal }): JSX.Element {
  const said = open.verbatims.value;
  return (
    <>
      <h3>{t("verbatims")}</h3>
      {said === null && <p class="quiet">{t("verbatims-not-for-you")}</p>}
      {said?.length === 0 && <p class="quiet">{t("verbatims-none")}</p>}
      <ul class="matters">
        {said?.map((each) => (
          <li key={each.item_id}>
            <div class="text" dir="auto" lang={each.language ?? ""}>{each.words}</div>
            <span class="row-marks">
              <time class="quiet" dateTime={each.said_at}>{short(each.said_at)}</time>
              {each.conversation_id && <Go to={{ conversation: each.conversation_id }}>{t("open-it")}</Go>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const ANSWERS = ["acknowledge", "ask-back", "plan", "ship", "decline"] as const;
type Answered = (typeof ANSWERS)[number];

/** The answer of the team that has it: whoever contributed hears what became of it. */
function Answer({ open }: { open: OpenSignal }): JSX.Element | null {
  const answer = useSignal<Answered>("acknowledge");
  const text = useSignal("");
  const due = useSignal("");
  const may = me.value?.roles.some((role) => role === "design" || role === "lead") ?? false;
  if (!may || !open.page.value?.signal.team_id) return null;
  const words = answer.value !== "acknowledge";
  const submit = async (): Promise<void> => {
    const said = { answer: answer.value, text: words ? text.value.trim() : null, due_at: answer.value === "plan" && due.value ? due.value : null };
    if (await open.answer(said)) [text.value, due.value] = ["", ""];
  };
  return (
    <form
      class="answer"
      aria-label={t("answer-it")}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>{t("answer-it")}</h3>
      <label>
        <span class="hidden">{t("answer-it")}</span>
        <select value={answer.value} onChange={(event) => (answer.value = event.currentTarget.value as Answered)}>
          {ANSWERS.map((each) => <option key={each} value={each}>{t(`answer-${each}`)}</option>)}
        </select>
      </label>
      {words && (
        <label>
          {t(`answer-text-${answer.value}`)}
          <textarea rows={3} maxLength={2000} required dir="auto" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
        </label>
      )}
      {answer.value === "plan" && (
        <label>
          {t("launch-by")} <input type="date" value={due.value} onInput={(event) => (due.value = event.currentTarget.value)} />
        </label>
      )}
      <p class="quiet">{t(`answer-means-${answer.value}`)}</p>
      <button type="submit" class="send">{t("answer-send")}</button>
      <ul>{open.acts.value.map((each) => <Pending key={each.key} act={each} dismiss={() => open.dismiss()} />)}</ul>
    </form>
  );
}
