// Hand a conversation over to another team, with the reason.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Item } from "./api.js";
import { names, staff, teams } from "./desk.js";
import { Form } from "./form.js";
import type { Open } from "./open.js";
import { t } from "./words.js";

export function HandOver({ open, row, close }: { open: Open; row: Item; close(): void }): JSX.Element {
  const team = useSignal("");
  const agent = useSignal("");
  const because = useSignal("");
  const people = staff.value.filter((each) => each.team_id === team.value && each.left_at === null && each.roles?.includes("agent"));
  const submit = (): void => {
    const before = { team_id: row.team_id, agent_id: row.agent_id };
    const body = { team_id: team.value, agent_id: agent.value || null, because: because.value.trim() || null };
    void open.do("do-hand-over", "POST", "/hand-overs", body).then((made) => {
      if (made.why.peek()) return;
      open.undo.value = { what: "do-hand-over", undo: () => void open.do("do-hand-back", "PUT", "/assignee", before) };
    });
  };
  const from = [row.agent_id, row.team_id].filter((id) => id !== null).map((id) => names.value.get(id) ?? id).join(" · ") || t("nobody");
  const to = [agent.value, team.value].filter(Boolean).map((id) => names.value.get(id) ?? id).join(" · ");
  return (
    <Form
      title={t("do-hand-over")}
      does={t("do-hand-over")}
      submit={submit}
      close={close}
      preview={team.value ? <p>{t("hand-over-preview", { from, to })}</p> : null}
    >
      <label>
        {t("to-team")}
        <select required value={team.value} onChange={(event) => {
          team.value = event.currentTarget.value;
          agent.value = "";
        }}>
          <option value="">{t("choose")}</option>
          {teams.value.filter((each) => each.id !== row.team_id).map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
        </select>
      </label>
      <label>
        {t("to-person")}
        <select value={agent.value} onChange={(event) => (agent.value = event.currentTarget.value)}>
          <option value="">{t("anybody")}</option>
          {people.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}
        </select>
      </label>
      <label>
        {t("because")}
        <textarea rows={3} maxLength={2000} dir="auto" value={because.value} onInput={(event) => (because.value = event.currentTarget.value)} />
      </label>
    </Form>
  );
}
