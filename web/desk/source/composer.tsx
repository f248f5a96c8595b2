// Where one writes: a reply to the customer or a note for colleagues, told apart by words, line and colour. A reply on a
// conversation that changed since it was begun is held, and shows what changed, before anything is sent.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Refused } from "./api.js";
import type { Item, Line } from "./api.js";
import type { Open } from "./conversation.js";
import { me, names } from "./desk.js";
import { short } from "./times.js";
import { t } from "./words.js";

export interface Draft {
  kind: "reply" | "note";
  text: string;
  /** The version of the conversation that its writer saw as they began; null while nothing is written. */
  since: number | null;
  /** Why it was refused, or that it is held because the conversation changed. */
  why: Refused | "changed" | null;
}

export const EMPTY: Draft = { kind: "reply", text: "", since: null, why: null };

/** What others said and did since a version. */
function newer(open: Open, since: number): Line[] {
  return open.ordered().filter((line) => line.conversation_id === open.id && line.version > since && line.author_id !== me.value?.id);
}

function send(open: Open, row: Item, anyway: boolean): void {
  const draft = open.draft.peek();
  if (!draft.text.trim()) return;
  if (!anyway && draft.since !== null && newer(open, draft.since).length > 0) {
    open.draft.value = { ...draft, why: "changed" };
    return;
  }
  open.draft.value = { ...EMPTY, kind: draft.kind };
  const path = draft.kind === "note" ? "/notes" : "/replies";
  void open.do(`do-${draft.kind}`, "POST", path, { body: draft.text }, draft.text, row.version).then((made) => {
    const why = made.why.peek();
    if (why === null) return;
    // It comes back to where it was written, before whatever was begun meanwhile.
    const begun = open.draft.peek().text;
    const text = begun.trim() ? `${draft.text}\n\n${begun}` : draft.text;
    open.draft.value = { kind: draft.kind, text, since: draft.since, why: why.code === "version-changed" ? "changed" : why };
  });
}

export function Composer({ open, row }: { open: Open; row: Item }): JSX.Element | null {
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = open.draft.value;
  void open.lines.changes.value;
  if (!me.value?.roles.some((role) => role === "agent" || role === "lead")) return null;
  const note = draft.kind === "note";
  const changed = draft.why === "changed" ? newer(open, draft.since ?? row.version) : [];
  const kind = (kind: Draft["kind"]): void => {
    open.draft.value = { ...draft, kind, why: null };
    box.current?.focus();
  };
  return (
    <form
      class={`composer ${note ? "note" : "reply"}`}
      aria-label={t(note ? "write-note" : "write-reply")}
      onSubmit={(event) => {
        event.preventDefault();
        send(open, row, draft.why === "changed");
      }}
    >
      <div class="kinds" role="group" aria-label={t("write")}>
        <button type="button" aria-pressed={!note} onClick={() => kind("reply")}>{t("reply")}</button>
        <button type="button" aria-pressed={note} onClick={() => kind("note")}>{t("note")}</button>
        <span class="quiet">{note ? t("note-is-for-colleagues") : t("reply-goes-to", { name: names.value.get(row.customer_id) ?? t("the-customer") })}</span>
      </div>
      {draft.why === "changed" && (
        <div class="held" role="alert">
          <p>{t("held")}</p>
          <ul>
            {changed.map((line) => (
              <li key={line.version}>
                <strong dir="auto">{names.value.get(line.author_id) ?? names.value.get(line.customer_id) ?? t("the-customer")}</strong>{" "}
                <time dateTime={line.occurred_at}>{short(line.occurred_at)}</time>{" "}
                <span dir="auto">{(line.text ?? line.new ?? "").slice(0, 300)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {draft.why !== null && draft.why !== "changed" && (
        <p class="held" role="alert">
          {t("not-sent", { why: draft.why.detail })} <code>{draft.why.code}</code>
        </p>
      )}
      <div class="writing">
        <textarea
          ref={box}
          id="composer"
          rows={4}
          maxLength={100_000}
          dir="auto"
          aria-label={t(note ? "write-note" : "write-reply")}
          value={draft.text}
          onInput={(event) => {
            const text = event.currentTarget.value;
            open.draft.value = { ...draft, text, since: text ? (draft.since ?? row.version) : null, why: text ? draft.why : null };
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form!.requestSubmit();
          }}
        />
        <button type="submit" class="send" aria-keyshortcuts="Control+Enter" disabled={!draft.text.trim()}>
          {t(draft.why === "changed" ? "send-anyway" : note ? "keep-note" : "send")}
        </button>
      </div>
    </form>
  );
}
