// One line of a conversation: what a customer or the company said, a note, or what was changed.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Act } from "./acts.js";
import type { Line } from "./api.js";
import type { Open } from "./open.js";
import { names } from "./desk.js";
import { languageName } from "./inbox.js";
import { Go } from "./link.js";
import { full, number, short } from "./times.js";
import { named, t } from "./words.js";

const FOLDED = 3000; // characters of a long text that are shown at first
export const ERASED = "[erased]"; // as the API shows what is gone with its person

/** Who wrote a line, by name. */
function author(line: Line): string {
  if (line.participant_id && line.kind !== "sent") return names.value.get(line.participant_id) ?? t("a-participant");
  if (line.author_kind === "customer" || line.kind === "opened" || line.kind === "interaction" || line.kind === "received") {
    return names.value.get(line.customer_id) ?? t("the-customer");
  }
  return names.value.get(line.author_id) ?? named("author", line.author_kind);
}

function Stamp({ line }: { line: Line }): JSX.Element {
  const day = line.time_precision === "day";
  return (
    <time class="quiet" dateTime={line.occurred_at} title={full(line.occurred_at)}>
      {line.time_precision === "unknown" || line.time_precision === "impossible" ? t("time-unknown") : short(line.occurred_at, day)}
    </time>
  );
}

export function LineShown({ line, open }: { line: Line; open: Pick<Open, "id" | "receipts"> }): JSX.Element | null {
  if (line.kind === "heard") return null; // what was said in another conversation; its own line shows it
  if (line.kind !== "received" && line.kind !== "sent" && line.kind !== "note") return <Happening line={line} />;
  const voice = line.kind === "note" ? "note" : line.kind === "sent" ? "ours" : line.participant_id ? "theirs other" : "theirs";
  const receipt = line.kind === "sent" && line.about ? open.receipts.find(line.about)?.value : undefined;
  return (
    <li class={`line ${voice}`}>
      <div class="line-head">
        <strong dir="auto">{author(line)}</strong>
        {line.kind === "note" && <span class="mark strong">{t("note-mark")}</span>}
        <Stamp line={line} />
        {line.channel && <span class="quiet">{line.channel}</span>}
        {line.late && <span class="mark warn" title={t("late-why", { time: full(line.recorded_at) })}>{t("late")}</span>}
        {line.automatic && <span class="mark">{t("automatic")}</span>}
        {line.bidi && <span class="mark warn">{t("bidi")}</span>}
        {line.adjusted.length > 0 && <span class="mark">{t("adjusted")}</span>}
      </div>
      {line.removed ? (
        <p class="quiet">{t("removed")}</p>
      ) : line.split_into && line.split_into !== open.id ? (
        <p class="quiet">{t("moved")} <Go to={{ conversation: line.split_into }}>{t("open-it")}</Go></p>
      ) : line.text === ERASED ? (
        <p class="quiet">{t("erased")}</p>
      ) : (
        <Text text={line.text ?? ""} {...(line.language ? { language: line.language } : {})} />
      )}
      {line.attachments.length > 0 && !line.removed && (
        <ul class="files">
          {line.attachments.map((file, at) => <li key={at}><File file={file} line={line} /></li>)}
        </ul>
      )}
      {receipt && (
        <p class={`receipt ${receipt.state === "failed" ? "bad" : "quiet"}`}>
          {named("receipt", receipt.state)} {receipt.code && <code>{receipt.code}</code>}
        </p>
      )}
    </li>
  );
}

/** A text as it was written: whatever stands in it is text and nothing else. */
function Text({ text, language }: { text: string; language?: string }): JSX.Element {
  const [whole, setWhole] = useState(false);
  const { said, quoted } = unquoted(text);
  const cut = !whole && said.length > FOLDED;
  return (
    <>
      <div class="text" dir="auto" lang={language} title={language && languageName(language)}>
        {cut ? said.slice(0, FOLDED) : said}
      </div>
      {cut && (
        <button type="button" class="plain" onClick={() => setWhole(true)}>
          {t("show-all", { number: number(said.length - FOLDED) })}
        </button>
      )}
      {quoted && (
        <details>
          <summary>{t("quoted")}</summary>
          <div class="text quiet" dir="auto">{quoted.slice(0, 20_000)}</div>
        </details>
      )}
    </>
  );
}

/** What is new in a text, and the quoted lines at its end. */
function unquoted(text: string): { said: string; quoted: string } {
  const lines = text.split("\n");
  let end = lines.length;
  while (end > 0 && (lines[end - 1]!.startsWith(">") || lines[end - 1]!.trim() === "")) end--;
  if (end === 0 || !lines.slice(end).some((line) => line.startsWith(">"))) return { said: text, quoted: "" };
  return { said: lines.slice(0, end).join("\n"), quoted: lines.slice(end).join("\n").trim() };
}

// any: the contract leaves attachments open; these fields are docs/content.md's.
function File({ file, line }: { file: Record<string, unknown>; line: Line }): JSX.Element {
  const size = typeof file["size"] === "number" ? `${number(Math.ceil(file["size"] / 1024))} KiB` : "";
  const name = String(file["name"] || t("no-name"));
  if (!file["content_id"]) return <span dir="auto">{name} <span class="quiet">{size} {t("named-only")}</span></span>;
  const query = new URLSearchParams({ version: String(line.version), content_id: String(file["content_id"]) });
  return (
    <a href={`/api/conversations/${line.conversation_id}/content?${query}`} download={name} dir="auto">
      {name} <span class="quiet">{size}</span>
    </a>
  );
}

/** What was changed, in one line: what it was, and what it is. */
function Happening({ line }: { line: Line }): JSX.Element {
  const words = line.reason ?? (line.kind === "opened" || line.field === "subject" ? null : line.text);
  return (
    <li class="happening">
      <span dir="auto">{author(line)}</span> <span>{happened(line)}</span>
      {line.sender_failed && <span class="mark bad">{t("sender-failed")}</span>}
      {words && <> <q dir="auto">{words === ERASED ? t("erased") : words}</q></>} <Stamp line={line} />
      {line.late && <span class="mark warn" title={t("late-why", { time: full(line.recorded_at) })}>{t("late")}</span>}
    </li>
  );
}

function happened(line: Line): ComponentChildren {
  switch (line.kind) {
    case "opened":
      return t("opened");
    case "verdict":
      return t(line.new === "answered" ? "verdict-answered" : "verdict-not-answered");
    case "person-requested":
      return t("asked-for-a-person");
    case "interaction":
      return t("brought", { kind: named("kind", line.new ?? "") });
    case "participant":
      return t("takes-part");
    default: {
      const field = named("field", line.field ?? "");
      const to = line.field === "subject" ? line.text : line.new;
      return (
        <>
          {field}: {line.old && <><s dir="auto">{value(line.field, line.old)}</s> <span aria-hidden="true" class="arrow onward" /> </>}
          <b dir="auto">{to ? value(line.field, to) : t("nobody-or-nothing")}</b>
        </>
      );
    }
  }
}

/** A value of a change in words: ids by the names behind them, those of other conversations as links. */
function value(field: string | null, text: string): ComponentChildren {
  if (text.startsWith("conversation-")) {
    return text.split(" ").map((id) => <Go key={id} to={{ conversation: id }}>{t("another-conversation")}</Go>);
  }
  if (field === "assignee" || field === "team" || field === "participant") {
    return text.split(" ").map((id) => names.value.get(id) ?? id).join(" · ");
  }
  return named(field ?? "", text);
}

/** Something that is under way. */
export function Pending({ act, dismiss }: { act: Act; dismiss(): void }): JSX.Element {
  const state = act.state.value;
  const why = act.why.value;
  return (
    <li class={act.text ? `line pending ${act.what === "do-note" ? "note" : "ours"}` : "happening pending"} data-state={state}>
      <span class="line-head">
        <span>{t(act.what)}</span> <span class={state === "refused" ? "mark bad" : "mark"}>{t(`act-${state}`)}</span>
      </span>
      {act.text && <div class="text" dir="auto">{act.text}</div>}
      {why && (
        <span role="alert">
          {why.detail} <code>{why.code}</code>{" "}
          <button type="button" class="plain" onClick={dismiss}>{t("dismiss")}</button>
        </span>
      )}
    </li>
  );
}
