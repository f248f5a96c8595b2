// One conversation: its status and what one may do with it, both voices in order, the composer, and what else is known.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { act } from "./acts.js";
import type { Act } from "./acts.js";
import { read } from "./api.js";
import type { ClocksRow, Contact, Item, Line, Receipt } from "./api.js";
import { Aside } from "./aside.js";
import { Composer } from "./composer.js";
import type { Draft } from "./composer.js";
import { know, me, names, teams } from "./desk.js";
import { Due, Wait } from "./inbox.js";
import { LineShown, Pending } from "./line.js";
import { Go } from "./link.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { go } from "./route.js";
import { say } from "./say.js";
import { Loading, NotShown } from "./states.js";
import { full, number } from "./times.js";
import { named, t } from "./words.js";

/** A conversation that is open: what the stream has brought, and what this person is doing in it. */
export class Open {
  readonly conversation = new Rows<Item>(["conversation_id"]);
  readonly lines = new Rows<Line>(["conversation_id", "version"]);
  readonly receipts = new Rows<Receipt>(["message_id"]);
  readonly clocks = new Rows<ClocksRow>(["conversation_id"]);
  readonly contact = signal<Contact | null>(null);
  readonly acts = signal<readonly Act[]>([]);
  readonly draft: Signal<Draft>;
  readonly live: Live;
  /** How many of the newest lines are shown. */
  readonly most = signal(SHOWN);

  constructor(readonly id: string) {
    this.draft = drafts.get(id) ?? signal<Draft>({ kind: "reply", text: "", since: null, why: null });
    drafts.set(id, this.draft);
    const { conversation, lines, receipts, clocks } = this;
    this.live = new Live(`/conversations/${id}`, { conversation, lines, receipts, clocks });
  }

  /** The lines in the order in which things happened. */
  ordered(): Line[] {
    return this.lines.all().sort((one, other) => Date.parse(one.occurred_at) - Date.parse(other.occurred_at) || one.place - other.place);
  }

  /** The row of the conversation itself, once it has come. */
  row(): Item | undefined {
    return this.conversation.find(this.id)?.value;
  }

  /** Do something with it; what is refused is left to whoever asked. */
  do(what: string, method: string, path: string, body: object, text = "", version?: number): Promise<Act> {
    const asked = { what, text, method, path: `/conversations/${this.id}${path}`, body, ...(version === undefined ? {} : { version }) };
    const { act: made, done } = act(asked, (position) => this.live.reached(position));
    this.acts.value = [...this.acts.peek(), made];
    return done.then((state) => {
      // What was refused without words of one's own stays in sight until the next one.
      const over = (each: Act): boolean => each === made && (state === "shown" || made.text !== "");
      this.acts.value = this.acts.peek().filter((each) => !over(each));
      say(state === "shown" ? t("act-done", { what: t(made.what) }) : t("act-refused", { what: t(made.what) }));
      return made;
    });
  }

  dismiss(made: Act): void {
    this.acts.value = this.acts.peek().filter((each) => each !== made);
  }
}

const SHOWN = 150;
/** What somebody is writing, by conversation: it stays while they look elsewhere. In memory only. */
const drafts = new Map<string, Signal<Draft>>();

/** Whether something is written that was not sent. */
export const unsent = (): boolean => [...drafts.values()].some((draft) => draft.peek().text.trim() !== "");

export const opened = signal<Open | null>(null);

export function Conversation({ id }: { id: string }): JSX.Element {
  useEffect(() => {
    const open = new Open(id);
    open.live.start();
    opened.value = open;
    let customer = "";
    let newest = 0;
    const stop = open.live.loaded.subscribe(() => {});
    const heard = open.live.position.subscribe((position) => {
      if (!position) return; // nothing has come yet: what comes first is what was said before
      const row = open.conversation.find(id)?.peek();
      if (row && row.customer_id !== customer) {
        customer = row.customer_id;
        read<{ contact: Contact }>(`/customers/${customer}/contact`)
          .then(({ contact }) => {
            open.contact.value = contact;
            if (contact.name) know([[contact.customer_id, contact.name]], []);
          })
          .catch(() => undefined); // the page shows that no name is known
      }
      const last = open.ordered().filter((line) => line.author_kind === "customer").at(-1);
      if (last && newest && last.place > newest) say(t("customer-wrote"));
      newest = Math.max(newest, last?.place ?? 1);
    });
    return () => {
      stop();
      heard();
      open.live.stop();
    };
  }, [id]);
  const open = opened.value;
  if (!open || open.id !== id) return <Loading what={t("loading-conversation")} />;
  const refused = open.live.refused.value;
  if (refused && refused.status !== 401) return <NotShown why={refused} gone={t("conversation-gone")} />;
  const row = open.row();
  if (!open.live.loaded.value || !row) return <Loading what={t("loading-conversation")} />;
  return (
    <article class="conversation" aria-label={t("conversation")}>
      <Head open={open} row={row} />
      <div class="conversation-body">
        <Lines open={open} />
        <Aside open={open} row={row} />
      </div>
      <Composer open={open} row={row} />
    </article>
  );
}

function Head({ open, row }: { open: Open; row: Item }): JSX.Element {
  const mine = row.agent_id !== null && row.agent_id === me.value?.id;
  const closed = row.status === "resolved" || row.status === "withdrawn";
  const may = me.value?.roles.some((role) => role === "agent" || role === "lead") ?? false;
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
          {row.merged_into && <span class="mark strong">{t("merged")}</span>}
        </p>
      </div>
      {may && (
        <div class="doing">
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
        </div>
      )}
    </header>
  );
}

function Lines({ open }: { open: Open }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  void open.lines.changes.value;
  const lines = open.ordered();
  const shown = lines.slice(-open.most.value);
  const pending = open.acts.value;
  // Whoever reads the end goes on seeing it; whoever reads further up is not moved.
  useLayoutEffect(() => {
    if (atEnd.current) box.current!.scrollTop = box.current!.scrollHeight;
  }, [lines.length, pending.length]);
  return (
    <div
      class="lines"
      ref={box}
      tabIndex={0}
      role="region"
      aria-label={t("lines")}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (atEnd.current = scrollTop + clientHeight > scrollHeight - 40)}
    >
      {lines.length > shown.length && (
        <button type="button" class="plain" onClick={() => (open.most.value += SHOWN)}>
          {t("earlier", { number: number(lines.length - shown.length) })}
        </button>
      )}
      <ol>
        {shown.map((line) => (
          <LineShown key={`${line.conversation_id} ${line.version}`} line={line} open={open} />
        ))}
        {pending.map((each) => <Pending key={each.key} act={each} dismiss={() => open.dismiss(each)} />)}
      </ol>
    </div>
  );
}
