// A conversation that is open: what the stream has brought of it, and what this person is doing in it.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { act } from "./acts.js";
import type { Act, Asked } from "./acts.js";
import type { ClocksRow, Contact, Item, Line, Receipt } from "./api.js";
import { EMPTY } from "./draft.js";
import type { Draft } from "./draft.js";
import { Known } from "./known.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { say } from "./say.js";
import { Then } from "./then.js";
import { t } from "./words.js";

export const SHOWN = 150; // lines at first, and with each further step

/** What undoes the last act. */
export interface Undo {
  what: string;
  undo(): void;
}

export class Open {
  readonly conversation = new Rows<Item>(["conversation_id"]);
  readonly lines = new Rows<Line>(["conversation_id", "version"]);
  readonly receipts = new Rows<Receipt>(["message_id"]);
  readonly clocks = new Rows<ClocksRow>(["conversation_id"]);
  readonly contact = signal<Contact | null>(null);
  readonly acts = signal<readonly Act[]>([]);
  readonly undo = signal<Undo | null>(null);
  readonly draft: Signal<Draft>;
  readonly known: Known;
  readonly live: Live;
  /** How it was once, while somebody looks at that. */
  readonly then = signal<Then | null>(null);
  /** How many of the newest lines are shown. */
  readonly most = signal(SHOWN);

  constructor(readonly id: string) {
    this.draft = drafts.get(id) ?? signal(EMPTY);
    drafts.set(id, this.draft);
    this.known = new Known(id);
    const { conversation, lines, receipts, clocks } = this;
    this.live = new Live(`/conversations/${id}`, { conversation, lines, receipts, clocks });
  }

  /** The lines in the order in which things happened. */
  ordered(): Line[] {
    return inOrder(this.lines.all());
  }

  /** The row of the conversation itself, once it has come. */
  row(): Item | undefined {
    return this.conversation.find(this.id)?.value;
  }

  /** Do something with it; what is refused is left to whoever asked. */
  do(what: string, method: string, path: string, body: object, more: { text?: string; version?: number } = {}): Promise<Act> {
    return this.ask({ what, method, path: `/conversations/${this.id}${path}`, body, ...more });
  }

  /** The same, of something else. `reached`: waits until the page shows it. */
  ask(asked: Asked, reached = (position: number): Promise<void> => this.live.reached(position)): Promise<Act> {
    const { act: made, done } = act(asked, reached);
    this.acts.value = [...this.acts.peek(), made];
    this.undo.value = null;
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

/** Lines in the order in which things happened. */
export function inOrder(lines: Line[]): Line[] {
  return lines.sort((one, other) => Date.parse(one.occurred_at) - Date.parse(other.occurred_at) || one.place - other.place);
}

/** What somebody is writing, by conversation: it stays while they look elsewhere. In memory only. */
const drafts = new Map<string, Signal<Draft>>();

/** Whether something is written that was not sent. */
export const unsent = (): boolean => [...drafts.values()].some((draft) => draft.peek().text.trim() !== "" || draft.peek().files.length > 0);

export const opened = signal<Open | null>(null);
