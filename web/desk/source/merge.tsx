// Merge a conversation into another one of the same customer: one matter is shown in one place.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { read } from "./api.js";
import type { Item, Suggestion } from "./api.js";
import { Form } from "./form.js";
import { separate } from "./moves.js";
import type { Open } from "./open.js";
import { short } from "./times.js";
import { named, t } from "./words.js";

export function Merge({ open, row, close }: { open: Open; row: Item; close(): void }): JSX.Element {
  const others = useSignal<readonly Item[] | null>(null);
  const suggested = useSignal<readonly string[]>([]);
  const away = useSignal(false);
  const into = useSignal("");
  const reason = useSignal("");
  useEffect(() => void Promise.all([
    read<{ conversations: Item[] }>(`/customers/${row.customer_id}`, { params: { limit: "100" } }),
    read<{ suggestions: Suggestion[] }>(`/conversations/${open.id}/suggestions`),
  ]).then(([page, { suggestions }]) => {
    suggested.value = suggestions.map((each) => each.conversation_id);
    const may = page.conversations.filter((each) => each.conversation_id !== open.id && each.merged_into === null);
    others.value = may.sort((one, other) => Number(suggested.value.includes(other.conversation_id)) - Number(suggested.value.includes(one.conversation_id)));
  }, () => (away.value = true)), []);
  const chosen = others.value?.find((each) => each.conversation_id === into.value);
  const submit = (): void => {
    void open.do("do-merge", "POST", "/merge", { into: into.value, reason: reason.value.trim() || null }).then((made) => {
      if (!made.why.peek()) open.undo.value = { what: "do-merge", undo: () => separate(open) };
    });
  };
  const messages = (each: Item): number => each.messages_in + each.messages_out;
  const preview = chosen && (
    <p>{t("merge-preview", { subject: chosen.subject ?? t("no-subject"), theirs: messages(chosen), these: messages(row) })}</p>
  );
  return (
    <Form title={t("do-merge")} does={t("do-merge")} submit={submit} close={close} preview={preview ?? null}>
      <fieldset>
        <legend>{t("merge-into")}</legend>
        {away.value && <p class="mark warn">{t("known-away")}</p>}
        {others.value?.length === 0 && <p class="quiet">{t("merge-none")}</p>}
        {others.value?.map((each) => (
          <label key={each.conversation_id} class="choice">
            <input type="radio" name="into" value={each.conversation_id} checked={into.value === each.conversation_id} onChange={() => (into.value = each.conversation_id)} />
            <span dir="auto">{each.subject ?? t("no-subject")}</span> <span class="mark">{named("status", each.status)}</span>{" "}
            {suggested.value.includes(each.conversation_id) && <span class="mark strong">{t("suggested")}</span>}{" "}
            <time class="quiet" dateTime={each.opened_at}>{short(each.opened_at)}</time>
          </label>
        ))}
      </fieldset>
      <label>
        {t("reason-plain")}
        <input type="text" maxLength={2000} dir="auto" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
      </label>
    </Form>
  );
}
