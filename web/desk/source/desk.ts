// What is held of the company while the desk is open: who is signed in, the inbox, and names.

import { batch, signal } from "@preact/signals";
import { read, readAll, Refused } from "./api.js";
import type { Entry, InboxPage, Item, Me } from "./api.js";
import { Live } from "./live.js";
import type { Screen } from "./route.js";
import { Rows } from "./rows.js";

export interface Session {
  signed_in: boolean;
  ways: string[];
}

/** Whether somebody is signed in, and how one signs in; null until the door has said. */
export const session = signal<Session | null>(null);
export const me = signal<Me | null>(null);
/** Why the desk cannot begin. */
export const failed = signal<Error | null>(null);

/** The screens that this person's roles show, their own first. */
const SHOWS: Record<Screen, readonly string[]> = {
  inbox: ["agent", "lead", "auditor"], board: ["design", "agent", "lead", "auditor"], measures: ["agent", "lead", "auditor"],
};
export const mine = (): Screen[] => {
  const roles = me.value?.roles ?? [];
  return (Object.keys(SHOWS) as Screen[]).filter((screen) => roles.some((role) => SHOWS[screen].includes(role)));
};

/** Whether this person changes conversations and customers, and not only reads them. */
export const may = (): boolean => me.value?.roles.some((role) => role === "agent" || role === "lead") ?? false;

/** The inbox: every conversation that is not closed. */
export const items = new Rows<Item>(["conversation_id"]);
export const inbox = new Live("/inbox", { items });

/** Names of customers, colleagues and teams by their ids, and the first words of conversations by theirs. */
export const names = signal<ReadonlyMap<string, string>>(new Map());
export const words = signal<ReadonlyMap<string, string>>(new Map());
export const staff = signal<readonly Entry[]>([]);
export const teams = signal<readonly Entry[]>([]);

/** Begin: who is it, and what is there. */
export async function begin(): Promise<void> {
  try {
    session.value = (await (await fetch("/session", { cache: "no-store" })).json()) as Session;
    if (!session.value.signed_in) return;
    me.value = await read<Me>("/me");
    if (mine().includes("inbox")) inbox.start();
    inbox.loaded.subscribe((loaded) => loaded && void learn());
    items.changes.subscribe(() => void later());
    [staff.value, teams.value] = await Promise.all([readAll<Entry>("/staff", "staff"), readAll<Entry>("/teams", "teams")]);
    know([...staff.value, ...teams.value].map((each) => [each.id, each.name]), []);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) signedOut();
    else failed.value = error as Error;
  }
}

/** Nobody is signed in any more. What is written stays on the page. */
export function signedOut(): void {
  session.value = { signed_in: false, ways: session.peek()?.ways ?? [] };
}

/** Sign out, and forget everything that the page holds. */
export async function signOut(): Promise<void> {
  await fetch("/sign-out", { method: "POST", headers: { "X-Antiphon-Desk": "1" } });
  signedOut(); // whoever stays for what is unsent sees that they are
  location.assign("/");
}

/** Take in names and first words. */
export function know(named: Iterable<[string, string]>, worded: Iterable<[string, string]>): void {
  batch(() => {
    names.value = new Map([...names.peek(), ...named]);
    words.value = new Map([...words.peek(), ...worded]);
  });
}

const PAUSE_MS = 1500;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The stream brings ids; names and first words are read for what is new among them, once in a while. */
function later(): void {
  if (!inbox.loaded.peek()) return;
  timer ??= setTimeout(() => {
    timer = undefined;
    if (items.all().some((row) => !words.peek().has(row.conversation_id) || !names.peek().has(row.customer_id))) void learn();
  }, PAUSE_MS);
}

async function learn(): Promise<void> {
  let cursor: string | null = null;
  try {
    do {
      const params = { include: ["names", "words"], limit: "500", ...(cursor ? { cursor } : {}) };
      const page: InboxPage = await read<InboxPage>("/inbox", { params });
      const worded = page.items.map((row): [string, string] => [row.conversation_id, page.words?.[row.conversation_id] ?? ""]);
      know(Object.entries(page.names ?? {}), worded);
      cursor = page.cursor;
    } while (cursor && names.peek().size < 50_000);
  } catch (error) {
    if (!(error instanceof Refused)) console.warn("names were not read", error);
  }
}
