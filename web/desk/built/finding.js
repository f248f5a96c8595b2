// What somebody looks for, by words, names and numbers: the page's own places, what it holds, and what the API finds.
import { signal } from "@preact/signals";
import { read, Refused } from "./api.js";
import { items, know, names, words } from "./desk.js";
import { go, VIEWS } from "./route.js";
import { named, t } from "./words.js";
export const finding = signal(false);
export const asked = signal("");
export const found = signal([]);
export const chosen = signal(0);
/** Whether the API is being asked, and why it did not answer. */
export const looking = signal(false);
export const failed = signal(null);
const PAUSE_MS = 180;
const MOST = 20; // of the API
const OWN = 6; // of what the page holds
let timer;
let under = null;
/** Open the palette. */
export function find() {
    finding.value = true;
    ask("");
}
/** Close it, and go there. */
export function take(result) {
    if (!result)
        return;
    finding.value = false;
    go(result.to);
}
/** Look for this: what is held is there at once, the rest a moment later. */
export function ask(text) {
    asked.value = text;
    chosen.value = 0;
    failed.value = null;
    clearTimeout(timer);
    under?.abort();
    const own = [...direct(text), ...places(text), ...held(text)];
    found.value = own;
    looking.value = text.trim().length > 1;
    if (looking.value)
        timer = setTimeout(() => void search(text, own), PAUSE_MS);
}
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
/** An id that was pasted. */
function direct(text) {
    const id = /^(conversation|customer)-[0-9a-f-]{36}$/.exec(text.trim());
    if (!id)
        return [];
    const to = id[1] === "customer" ? { customer: id[0] } : { conversation: id[0] };
    return [{ id: id[0], kind: t(id[1]), parts: [{ text: id[0], hit: true }], whose: "", to }];
}
/** The page's own places. */
function places(text) {
    return VIEWS.map((view) => ({ view, name: t(`view-${view}`) }))
        .filter(({ name }) => plain(name).includes(plain(text.trim())))
        .map(({ view, name }) => ({ id: view, kind: t("inbox"), parts: [{ text: name, hit: false }], whose: "", to: { view } }));
}
/** Customers and conversations of the inbox, by the names and first words that are held. */
function held(text) {
    const wanted = plain(text.trim());
    if (!wanted)
        return [];
    const rows = items.all().map((row) => ({
        row, name: names.peek().get(row.customer_id) ?? "", says: row.subject ?? words.peek().get(row.conversation_id) ?? "",
    }));
    const people = new Map(rows.filter(({ name }) => plain(name).includes(wanted)).map(({ row, name }) => [row.customer_id, name]));
    const customers = [...people].map(([id, name]) => ({ id, kind: t("found-name"), parts: [{ text: name, hit: true }], whose: "", to: { customer: id } }));
    const conversations = rows.filter(({ name, says }) => plain(name).includes(wanted) || plain(says).includes(wanted)).map(({ row, name, says }) => ({
        id: row.conversation_id, kind: t("conversation"), parts: [{ text: says || t("no-subject"), hit: false }], whose: name,
        to: { conversation: row.conversation_id },
    }));
    return [...customers.slice(0, OWN), ...conversations.slice(0, OWN)];
}
async function search(text, own) {
    const control = (under = new AbortController());
    const { signal } = control;
    try {
        // The last word may not be whole yet.
        const sought = /[\p{L}\p{N}]$/u.test(text) ? `${text.trim()}*` : text.trim();
        const page = await read("/search", { params: { words: sought, limit: String(MOST) }, signal });
        await meet(page.found, signal);
        const known = new Set(own.map((each) => each.id));
        found.value = [...own, ...page.found.filter(({ passage }) => !known.has(passage.stream)).map(shown)];
    }
    catch (error) {
        if (signal.aborted)
            return;
        failed.value = error;
    }
    if (under === control)
        looking.value = false;
}
/** Read the names of those whose texts were found in conversations. */
async function meet(hits, signal) {
    const unknown = hits.filter(({ passage }) => !names.peek().has(passage.customer_id) && passage.stream.startsWith("conversation-"));
    if (!unknown.length)
        return;
    const id = [...new Set(unknown.map(({ passage }) => passage.stream))];
    try {
        const page = await read("/conversations", { params: { id, include: ["names"] }, signal });
        know(Object.entries(page.names ?? {}), []);
    }
    catch (error) {
        if (!(error instanceof Refused))
            throw error; // without names it is still found
    }
}
function shown({ passage, snippet }) {
    const { place, stream, kind, customer_id: customer } = passage;
    const to = stream.startsWith("conversation-") ? { conversation: stream } : { customer };
    return { id: `${place} ${stream}`, kind: named("found", kind), parts: snippet, whose: names.peek().get(customer) ?? "", to };
}
