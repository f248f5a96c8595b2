// Split a customer's message off into a conversation of its own.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Form } from "./form.js";
import { unite } from "./moves.js";
import type { Open } from "./open.js";
import { short } from "./times.js";
import { named, t } from "./words.js";

const KINDS = ["inquiry", "complaint", "order", "feedback"] as const;
const SHOWN = 200; // messages that may be chosen, the newest
const BEGINNING = 160; // characters of each that are shown

export function Split({ open, close }: { open: Open; close(): void }): JSX.Element {
  const message = useSignal("");
  const kind = useSignal<(typeof KINDS)[number]>("inquiry");
  const subject = useSignal("");
  const lines = open.ordered().filter((line) => line.kind === "received" && line.about && !line.removed && !line.split_into && line.conversation_id === open.id);
  const chosen = lines.find((line) => line.about === message.value);
  const submit = (): void => {
    const body = { message_id: message.value, kind: kind.value, subject: subject.value.trim() || null };
    void open.do("do-split", "POST", "/splits", body).then((made) => {
      const id = made.id.peek();
      if (!made.why.peek() && id) open.undo.value = { what: "do-split", undo: () => unite(open, id) };
    });
  };
  const preview = chosen && (
    <>
      <p>{t("split-preview", { kind: named("kind", kind.value) })}</p>
      <blockquote dir="auto">{(chosen.text ?? "").slice(0, 3 * BEGINNING)}</blockquote>
    </>
  );
  return (
    <Form title={t("do-split")} does={t("do-split")} submit={submit} close={close} preview={preview ?? null}>
      <fieldset>
        <legend>{t("split-which")}</legend>
        {lines.length === 0 && <p class="quiet">{t("split-none")}</p>}
        {lines.slice(-SHOWN).map((line) => (
          <label key={line.about} class="choice">
            <input type="radio" name="message" value={line.about!} checked={message.value === line.about} onChange={() => (message.value = line.about!)} />
            <time class="quiet" dateTime={line.occurred_at}>{short(line.occurred_at)}</time> <span dir="auto">{(line.text ?? "").slice(0, BEGINNING)}</span>
          </label>
        ))}
      </fieldset>
      <label>
        {t("kind")}
        <select value={kind.value} onChange={(event) => (kind.value = event.currentTarget.value as (typeof KINDS)[number])}>
          {KINDS.map((each) => <option key={each} value={each}>{named("kind", each)}</option>)}
        </select>
      </label>
      <label>
        {t("subject")}
        <input type="text" maxLength={200} dir="auto" value={subject.value} onInput={(event) => (subject.value = event.currentTarget.value)} />
      </label>
    </Form>
  );
}
