// What else is known of a conversation: its customer, its clocks and why they stand so, promises, and who takes part.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Asked } from "./acts.js";
import type { Clock, Item } from "./api.js";
import type { Open } from "./open.js";
import { may, names } from "./desk.js";
import { languageName } from "./inbox.js";
import { PromiseShown } from "./promise.js";
import { full, long, short, when, zone } from "./times.js";
import { named, t } from "./words.js";

export function Aside({ open, row }: { open: Open; row: Item }): JSX.Element {
  const { known } = open;
  useEffect(() => void known.read(open.live.position.peek()), [open, row.version, open.clocks.changes.value]);
  const settle = (asked: Asked): void => void open.ask(asked, (position) => known.read(position));
  const contact = open.contact.value;
  const clocks = known.clocks.value;
  const promises = known.promises.value;
  const participants = known.participants.value.filter((each) => each.until === null);
  return (
    <aside class="known" aria-label={t("known")}>
      {known.away.value && <p class="mark warn">{t("known-away")}</p>}
      <h3>{t("customer")}</h3>
      <dl>
        <dt>{t("name")}</dt>
        <dd dir="auto">{contact?.name ?? t("no-name")}</dd>
        {contact?.points.map((point, at) => [
          <dt key={`kind ${at}`}>{named("contact", String(point["kind"]))}</dt>,
          <dd key={`value ${at}`} dir="auto">{String(point["value"])}</dd>,
        ])}
        {row.language && <><dt>{t("language")}</dt><dd>{languageName(row.language)}</dd></>}
        {contact?.zone && <><dt>{t("zone")}</dt><dd>{contact.zone}</dd></>}
        {row.segment && <><dt>{t("segment")}</dt><dd dir="auto">{row.segment}</dd></>}
        <dt>{t("with")}</dt>
        <dd dir="auto">{[row.agent_id, row.team_id].filter((id) => id !== null).map((id) => names.value.get(id) ?? id).join(" · ") || t("nobody")}</dd>
      </dl>
      <h3>{t("clocks")}</h3>
      {clocks.length ? clocks.map((clock) => <ClockShown key={`${clock.metric} ${clock.instance}`} clock={clock} />) : <p class="quiet">{t("no-clocks")}</p>}
      <h3>{t("promises")}</h3>
      {promises.length ? promises.map((each) => <PromiseShown key={each.promise_id} promise={each} settle={may() ? settle : null} />) : <p class="quiet">{t("no-promises")}</p>}
      {participants.length > 0 && (
        <>
          <h3>{t("participants")}</h3>
          <ul>
            {participants.map((each) => (
              <li key={each.participant_id} dir="auto">{names.value.get(each.participant_id) ?? each.contact ?? t("a-participant")}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">{t("times-in-zone", { zone: zone() })}</p>
    </aside>
  );
}

function ClockShown({ clock }: { clock: Clock }): JSX.Element {
  const over = clock.breached_at !== null && !clock.breach_withdrawn;
  return (
    <details class="clock">
      <summary>
        {named("metric", clock.metric)}{" "}
        <span class={`mark ${over ? "bad" : ""}`}>{named("clock", clock.state)}</span>{" "}
        {clock.due_at && clock.state === "running" && <time dateTime={clock.due_at} title={full(clock.due_at)}>{t(over ? "was-due" : "due", { time: when(clock.due_at) })}</time>}
      </summary>
      <p>
        {t("clock-why", { started: short(clock.started_at), used: long(clock.consumed_seconds * 1000), version: String(clock.policy_version) })}
        {over && <> {t("clock-over", { time: short(clock.breached_at!) })}</>}
        {clock.calendar_never_opens && <> {t("clock-never")}</>}
      </p>
      <ol class="stretches">
        {clock.stretches.slice(-20).map((each, at) => (
          <li key={at}>
            <time dateTime={each.start}>{short(each.start)}</time>{" – "}
            {each.end ? <time dateTime={each.end}>{short(each.end)}</time> : t("still-runs")}
          </li>
        ))}
      </ol>
    </details>
  );
}
