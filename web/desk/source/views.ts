// Which conversations a view shows, in which order, and how many there are: worked out from the inbox that is held.

import { computed, signal } from "@preact/signals";
import type { Item } from "./api.js";
import { items, me } from "./desk.js";
import { route, VIEWS } from "./route.js";
import type { View } from "./route.js";

export interface Filter {
  kind: string;
  priority: string;
  language: string;
  area: string;
}

export const NO_FILTER: Filter = { kind: "", priority: "", language: "", area: "" };
export const filter = signal<Filter>(NO_FILTER);

/** Whether a conversation is in a view. */
function isIn(view: View, row: Item): boolean {
  switch (view) {
    case "mine":
      return row.agent_id !== null && row.agent_id === me.value?.id;
    case "team":
      return row.team_id !== null && row.team_id === me.value?.team_id;
    case "unassigned":
      return row.agent_id === null;
    case "due":
      return row.due_at !== null;
    case "person":
      return row.person_requested_at !== null;
    case "all":
      return true;
  }
}

function passes(wanted: Filter, row: Item): boolean {
  return (
    (!wanted.kind || row.kinds.includes(wanted.kind)) &&
    (!wanted.priority || row.priority === wanted.priority) &&
    (!wanted.language || row.language === wanted.language) &&
    (!wanted.area || row.product_area === wanted.area)
  );
}

/** Since when somebody waits: for an answer, or for one that did not arrive. */
const waits = (row: Item): string | null =>
  [row.waiting_since, row.reply_failed_at].filter((at) => at != null).sort()[0] ?? null;

/** As the API orders its inbox: who waits longest first, then who does not wait, the oldest first. */
function byWaiting(one: Item, other: Item): number {
  const [since, others] = [waits(one), waits(other)];
  if (Boolean(since) !== Boolean(others)) return since ? -1 : 1;
  return compare(since ?? one.opened_at, others ?? other.opened_at) || byId(one, other);
}

/** What is due first. */
function byDue(one: Item, other: Item): number {
  return compare(one.due_at ?? "9", other.due_at ?? "9") || byId(one, other);
}

const byId = (one: Item, other: Item): number => compare(one.conversation_id, other.conversation_id);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

// Many changes within a moment are drawn once.
const drawn = signal(0);
let waiting = false;
const MOMENT_MS = 150;
items.changes.subscribe(() => {
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    drawn.value += 1;
  }, MOMENT_MS);
});

/** How many conversations each view has, and which values the filters may take. */
export const counted = computed(() => {
  void drawn.value;
  const views = Object.fromEntries(VIEWS.map((view) => [view, 0])) as Record<View, number>;
  const kinds = new Set<string>();
  const languages = new Set<string>();
  const areas = new Set<string>();
  for (const row of items.all()) {
    for (const view of VIEWS) if (isIn(view, row)) views[view] += 1;
    row.kinds.forEach((kind) => kinds.add(kind));
    if (row.language) languages.add(row.language);
    if (row.product_area) areas.add(row.product_area);
  }
  return { views, kinds: [...kinds].sort(), languages: [...languages].sort(), areas: [...areas].sort() };
});

/** The ids of the conversations that are listed, in order. */
export const listed = computed<readonly string[]>(() => {
  void drawn.value;
  const { view } = route.value;
  const wanted = filter.value;
  return items
    .all()
    .filter((row) => isIn(view, row) && passes(wanted, row))
    .sort(view === "due" ? byDue : byWaiting)
    .map((row) => row.conversation_id);
});
