// Where one writes: a reply to the customer or a note for colleagues, told apart by words, line and colour. A reply on a
// conversation that changed since it was begun is held, and shows what changed, before anything is sent.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Act } from "./acts.js";
import type { Item, Line } from "./api.js";
import { Attached, EMPTY } from "./draft.js";
import type { Draft } from "./draft.js";
import { Files } from "./files.js";
import type { Open } from "./open.js";
import { may, me, names } from "./desk.js";
import { short } from "./times.js";
import { t } from "./words.js";

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
  const { kind, text } = draft;
  if (!ready(draft)) return;
  open.draft.value = { ...EMPTY, kind, files: kind === "reply" ? [] : draft.files };
  void done(open, row, draft).then((made) => {
    const why = made.why.peek();
    if (why === null) return;
    // It comes back to where it was written, before whatever was begun meanwhile.
    const begun = open.draft.peek();
    open.draft.value = {
      ...draft, text: begun.text.trim() ? `${text}\n\n${begun.text}` : text,
      files: kind === "reply" ? [...draft.files, ...begun.files] : begun.files,
      why: why.code === "version-changed" ? "changed" : why,
    };
  });
}

/** Send what is written, as what it is. */
function done(open: Open, row: Item, { kind, text, due, files }: Draft): Promise<Act> {
  switch (kind) {
    case "reply": {
      const attachments = files.map((each) => each.kept.peek()!);
      return open.do("do-reply", "POST", "/replies", { body: text, attachments }, { text, version: row.version });
    }
    case "note":
      return open.do("do-note", "POST", "/notes", { body: text }, { text, version: row.version });
    case "promise": {
      const body = { customer_id: row.customer_id, conversation_id: open.id, text, due_at: due };
      return open.ask({ what: "do-promise", text, method: "POST", path: "/promises", body }, (position) => open.known.read(position));
    }
  }
}

export function Composer({ open, row }: { open: Open; row: Item }): JSX.Element | null {
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = open.draft.value;
  void open.lines.changes.value;
  if (!may()) return null;
  const { kind } = draft;
  const changed = draft.why === "changed" ? newer(open, draft.since ?? row.version) : [];
  const become = (kind: Draft["kind"]): void => {
    open.draft.value = { ...draft, kind, why: null };
    box.current?.focus();
  };
  const change = (part: Partial<Draft>): void => {
    open.draft.value = { ...open.draft.peek(), ...part };
  };
  const attach = (files: readonly File[]): void => {
    change({ files: [...draft.files, ...files.map((file) => new Attached(file, row.customer_id))] });
  };
  return (
    <form
      class={`composer ${kind}`}
      aria-label={t(`write-${kind}`)}
      onSubmit={(event) => {
        event.preventDefault();
        send(open, row, draft.why === "changed");
      }}
    >
      <div class="kinds" role="group" aria-label={t("write")}>
        {(["reply", "note", "promise"] as const).map((each) => (
          <button type="button" key={each} aria-pressed={kind === each} onClick={() => become(each)}>{t(each)}</button>
        ))}
        <span class="quiet">{t(`${kind}-goes-to`, { name: names.value.get(row.customer_id) ?? t("the-customer") })}</span>
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
      {kind === "promise" && (
        <label class="due">
          {t("promise-by")}{" "}
          <input type="date" required min={today()} value={draft.due} onInput={(event) => change({ due: event.currentTarget.value })} />
        </label>
      )}
      {kind === "reply" && <Files draft={draft} attach={attach} remove={(gone) => change({ files: draft.files.filter((each) => each !== gone) })} />}
      <div class="writing">
        <textarea
          ref={box}
          id="composer"
          rows={4}
          maxLength={100_000}
          dir="auto"
          aria-label={t(`write-${kind}`)}
          value={draft.text}
          onInput={(event) => {
            const text = event.currentTarget.value;
            open.draft.value = { ...draft, text, since: text ? (draft.since ?? row.version) : null, why: text ? draft.why : null };
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form!.requestSubmit();
          }}
        />
        <button type="submit" class="send" aria-keyshortcuts="Control+Enter" disabled={!ready(draft)}>
          {t(draft.why === "changed" ? "send-anyway" : `send-${kind}`)}
        </button>
      </div>
    </form>
  );
}

/** Whether all of it is there that is sent. */
function ready({ kind, text, due, files }: Draft): boolean {
  return text.trim() !== "" && (kind !== "promise" || due !== "") && (kind !== "reply" || files.every((each) => each.kept.value !== null));
}

/** Today, of the viewer's zone, as fields of dates write it. */
function today(): string {
  const date = new Date();
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
}
