// A customer whose page is open: what the stream brings of them, and what is read beside it.

import { signal } from "@preact/signals";
import { act } from "./acts.js";
import type { Act, Asked } from "./acts.js";
import { read, readAll } from "./api.js";
import type { Closing, Contact, Item, Link, Moment, Order, PromiseRow } from "./api.js";
import { know, names } from "./desk.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { say } from "./say.js";
import { t } from "./words.js";

const MOST = 500; // orders, promises and closing messages that are read, each

export class OpenCustomer {
  readonly conversations = new Rows<Item>(["conversation_id"]);
  readonly moments = new Rows<Moment>(["place"]);
  readonly links = new Rows<Link>(["customer_id"]);
  readonly live: Live;
  readonly contact = signal<Contact | null>(null);
  readonly orders = signal<readonly Order[]>([]);
  readonly promises = signal<readonly PromiseRow[]>([]);
  readonly closings = signal<readonly Closing[]>([]);
  /** Whether a part of it could not be read. */
  readonly away = signal(false);
  readonly acts = signal<readonly Act[]>([]);
  /** Whether somebody is choosing with whom they are one person, and what undoes the last merge. */
  readonly merging = signal(false);
  readonly undo = signal<(() => void) | null>(null);

  constructor(readonly id: string) {
    const { conversations, moments, links } = this;
    this.live = new Live(`/customers/${id}`, { conversations, moments, links });
  }

  /** Read what the stream does not bring, as of this position or later. */
  async read(position: number): Promise<void> {
    const path = `/customers/${this.id}`;
    const headers = { "At-Least": String(position) };
    try {
      const [{ contact }, orders, promises, closings] = await Promise.all([
        read<{ contact: Contact }>(`${path}/contact`, { headers }),
        readAll<Order>(`${path}/orders`, "orders", MOST, { headers }),
        readAll<PromiseRow>(`${path}/promises`, "promises", MOST, { headers }),
        readAll<Closing>(`${path}/closings`, "closings", MOST, { headers }),
      ]);
      if (contact.name) know([[contact.customer_id, contact.name]], []);
      [this.contact.value, this.orders.value, this.promises.value, this.closings.value] = [contact, orders, promises, closings];
      this.away.value = false;
    } catch {
      this.away.value = true;
    }
  }

  /** Read the names of merged customers, which the stream names by their ids. */
  async meet(): Promise<void> {
    const others = this.links.all().flatMap((link) => [link.customer_id, link.merged_into]);
    for (const id of new Set(others)) {
      if (names.peek().has(id) || !id.startsWith("customer-")) continue;
      const { contact } = await read<{ contact: Contact }>(`/customers/${id}/contact`);
      know([[id, contact.name ?? String(contact.points[0]?.["value"] ?? "")]], []);
    }
  }

  /** What happened, the newest first. */
  ordered(): Moment[] {
    return this.moments.all().sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || other.place - one.place);
  }

  /** Their matters: those that are not closed first, then the newest first. */
  matters(): Item[] {
    const closed = (row: Item): number => Number(row.closed_at !== null || row.merged_into !== null);
    return this.conversations.all().sort((one, other) => closed(one) - closed(other) || Date.parse(other.last_at) - Date.parse(one.last_at));
  }

  /** Record that they take a consent back. */
  withdraw(purpose: string): void {
    const body = { purpose, given: false };
    void this.#ask({ what: "do-withdraw-consent", method: "PUT", path: `/customers/${this.id}/consents`, body }, (position) => this.read(position));
  }

  /** Say what becomes of a promise. */
  settle(asked: Asked): void {
    void this.#ask(asked, (position) => this.read(position));
  }

  /** Show them with another customer, who is the same person. */
  async merge(into: string, reason: string): Promise<void> {
    const asked = { what: "do-merge", method: "POST", path: `/customers/${this.id}/merge`, body: { into, reason: reason || null } };
    if (await this.#ask(asked, (position) => this.live.reached(position))) this.undo.value = () => this.separate(this.id);
  }

  /** They are two people: undo a merge. */
  separate(id: string): void {
    const asked = { what: "separate", method: "POST", path: `/customers/${id}/separation`, body: { reason: t("undone") } };
    void this.#ask(asked, (position) => this.live.reached(position));
  }

  async #ask(asked: Asked, reached: (position: number) => Promise<void>): Promise<boolean> {
    const { act: made, done } = act(asked, reached);
    this.acts.value = [...this.acts.peek(), made];
    this.undo.value = null;
    const shown = (await done) === "shown";
    if (shown) this.dismiss(made);
    say(t(shown ? "act-done" : "act-refused", { what: t(made.what) }));
    return shown;
  }

  dismiss(made: Act): void {
    this.acts.value = this.acts.peek().filter((each) => each !== made);
  }
}
