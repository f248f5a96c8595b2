// A customer whose page is open: what the stream brings of them, and what is read beside it.
import { signal } from "@preact/signals";
import { act } from "./acts.js";
import { read, readAll } from "./api.js";
import { know, names } from "./desk.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { say } from "./say.js";
import { t } from "./words.js";
const MOST = 500; // orders, promises and closing messages that are read, each
export class OpenCustomer {
    id;
    conversations = new Rows(["conversation_id"]);
    moments = new Rows(["place"]);
    links = new Rows(["customer_id"]);
    live;
    contact = signal(null);
    orders = signal([]);
    promises = signal([]);
    closings = signal([]);
    /** Whether a part of it could not be read. */
    away = signal(false);
    acts = signal([]);
    /** Whether somebody is choosing with whom they are one person, and what undoes the last merge. */
    merging = signal(false);
    undo = signal(null);
    constructor(id) {
        this.id = id;
        const { conversations, moments, links } = this;
        this.live = new Live(`/customers/${id}`, { conversations, moments, links });
    }
    /** Read what the stream does not bring, as of this position or later. */
    async read(position) {
        const path = `/customers/${this.id}`;
        const headers = { "At-Least": String(position) };
        try {
            const [{ contact }, orders, promises, closings] = await Promise.all([
                read(`${path}/contact`, { headers }),
                readAll(`${path}/orders`, "orders", MOST, { headers }),
                readAll(`${path}/promises`, "promises", MOST, { headers }),
                readAll(`${path}/closings`, "closings", MOST, { headers }),
            ]);
            if (contact.name)
                know([[contact.customer_id, contact.name]], []);
            [this.contact.value, this.orders.value, this.promises.value, this.closings.value] = [contact, orders, promises, closings];
            this.away.value = false;
        }
        catch {
            this.away.value = true;
        }
    }
    /** Read the names of merged customers, which the stream names by their ids. */
    async meet() {
        const others = this.links.all().flatMap((link) => [link.customer_id, link.merged_into]);
        for (const id of new Set(others)) {
            if (names.peek().has(id) || !id.startsWith("customer-"))
                continue;
            const { contact } = await read(`/customers/${id}/contact`);
            know([[id, contact.name ?? String(contact.points[0]?.["value"] ?? "")]], []);
        }
    }
    /** What happened, the newest first. */
    ordered() {
        return this.moments.all().sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || other.place - one.place);
    }
    /** Their matters: those that are not closed first, then the newest first. */
    matters() {
        const closed = (row) => Number(row.closed_at !== null || row.merged_into !== null);
        return this.conversations.all().sort((one, other) => closed(one) - closed(other) || Date.parse(other.last_at) - Date.parse(one.last_at));
    }
    /** Record that they take a consent back. */
    withdraw(purpose) {
        const body = { purpose, given: false };
        void this.#ask({ what: "do-withdraw-consent", method: "PUT", path: `/customers/${this.id}/consents`, body }, (position) => this.read(position));
    }
    /** Say what becomes of a promise. */
    settle(asked) {
        void this.#ask(asked, (position) => this.read(position));
    }
    /** Show them with another customer, who is the same person. */
    async merge(into, reason) {
        const asked = { what: "do-merge", method: "POST", path: `/customers/${this.id}/merge`, body: { into, reason: reason || null } };
        if (await this.#ask(asked, (position) => this.live.reached(position)))
            this.undo.value = () => this.separate(this.id);
    }
    /** They are two people: undo a merge. */
    separate(id) {
        const asked = { what: "separate", method: "POST", path: `/customers/${id}/separation`, body: { reason: t("undone") } };
        void this.#ask(asked, (position) => this.live.reached(position));
    }
    async #ask(asked, reached) {
        const { act: made, done } = act(asked, reached);
        this.acts.value = [...this.acts.peek(), made];
        this.undo.value = null;
        const shown = (await done) === "shown";
        if (shown)
            this.dismiss(made);
        say(t(shown ? "act-done" : "act-refused", { what: t(made.what) }));
        return shown;
    }
    dismiss(made) {
        this.acts.value = this.acts.peek().filter((each) => each !== made);
    }
}
