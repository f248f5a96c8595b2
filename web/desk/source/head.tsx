// The head of a conversation: what it is about, how it stands, and what one may do with it.

import type { JSX } from "preact";
import type { Item } from "./api.js";
import { may, me, names, teams } from "./desk.js";
import { Due, Wait } from "./inbox.js";
import { Go } from "./link.js";
import { move, separate, unite } from "./moves.js";
import type { Open } from "./open.js";
import { go } from "./route.js";
import { Then } from "./then.js";
import { full } from "./times.js";
import { named, t } from "./words.js";

export function Head({ open, row }: { open: Open; row: Item }): JSX.Element {
  const mine = row.agent_id !== null && row.agent_id === me.value?.id;
  const closed = row.status === "resolved" || row.status === "withdrawn";
  const acts = may();
  const status = (status: string): void => void open.do(`do-${status.replaceAll("_", "-")}`, "PUT", "/status", { status });
  return (
    <header class="conversation-head">
      <button type="button" class="plain back" onClick={() => go({})}>
        <span aria-hidden="true" class="arrow" /> {t("back")}
      </button>
      <div class="titles">
        <h2 dir="auto">{row.subject ?? t("no-subject")}</h2>
        <p class="row-marks">
          <Go to={{ customer: row.customer_id }}>{names.value.get(row.customer_id) ?? t("no-name")}</Go>
          <Wait since={row.waiting_since} status={row.status} />
          {row.due_at && <Due at={row.due_at} missed={row.due_missed} warned={row.due_warned} />}
          {row.priority !== "normal" && <span class={`mark priority-${row.priority}`}>{named("priority", row.priority)}</span>}
          {row.kinds.map((kind) => <span class="mark" key={kind}>{named("kind", kind)}</span>)}
          {row.undelivered_since && <span class="mark bad" title={full(row.undelivered_since)}>{t("undelivered")}</span>}
          {row.person_requested_at && <span class="mark strong">{t("wants-a-person")}</span>}
        </p>
        <Joined open={open} row={row} />
      </div>
      <div class="doing">
        {acts && <>
          <label>
            <span class="hidden">{t("team")}</span>
            <select
              value={row.team_id ?? ""}
              onChange={(event) => void open.do("do-assign", "PUT", "/assignee", { team_id: event.currentTarget.value || null, agent_id: null })}
            >
              <option value="">{t("no-team")}</option>
              {teams.value.map((team) => <option key={team.id} value={team.id}>{team.name}</option>)}
            </select>
          </label>
          {!mine && (
            <button type="button" onClick={() => void open.do("do-take", "PUT", "/assignee", { team_id: row.team_id, agent_id: me.value!.id })}>
              {t("take")}
            </button>
          )}
          {row.status === "open" && <button type="button" onClick={() => status("waiting_on_customer")}>{t("do-waiting-on-customer")}</button>}
          {closed || row.status !== "open"
            ? <button type="button" onClick={() => status("open")}>{t("do-open")}</button>
            : null}
          {!closed && <button type="button" onClick={() => status("resolved")}>{t("do-resolved")}</button>}
          {(["hand-over", "merge", "split"] as const).map((each) => (
            <button type="button" key={each} onClick={() => move(each)}>{t(`${each}-begin`)}</button>
          ))}
        </>}
        {!open.then.value && <button type="button" onClick={() => (open.then.value = new Then(open.id, open.lines.all()))}>{t("then")}</button>}
      </div>
      {open.undo.value && (
        <p class="undo" role="status">
          {t("act-done", { what: t(open.undo.value.what) })}{" "}
          <button type="button" onClick={() => open.undo.value?.undo()}>{t("undo")}</button>
        </p>
      )}
    </header>
  );
}

/** With what it is one matter, or of what it was a part; either is undone exactly. */
function Joined({ open, row }: { open: Open; row: Item }): JSX.Element | null {
  const other = row.merged_into ?? row.split_from;
  if (!other) return null;
  const merged = row.merged_into !== null;
  return (
    <p class="row-marks">
      <span class="mark strong">{t(merged ? "merged" : "was-split")}</span> <Go to={{ conversation: other }}>{t("open-it")}</Go>
      {may() && <button type="button" class="plain" onClick={() => (merged ? separate(open) : unite(open, open.id))}>{t(merged ? "separate" : "undo-split")}</button>}
    </p>
  );
}
