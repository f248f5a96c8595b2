// Which screen the address bar names: /inbox/VIEW, and /inbox/VIEW/conversation-… or /inbox/VIEW/customer-… with one open.

import { computed, signal } from "@preact/signals";

export const VIEWS = ["mine", "team", "unassigned", "due", "person", "all"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  /** What is open beside the list: one of them, or neither. */
  conversation: string | null;
  customer: string | null;
}

const path = signal(location.pathname);
addEventListener("popstate", () => (path.value = location.pathname));

const idOf = (kind: string, text: string | undefined): string | null =>
  text && new RegExp(`^${kind}-[A-Za-z0-9-]{1,80}$`).test(text) ? text : null;

/** The screen that is shown. */
export const route = computed<Route>(() => {
  const [, , view, id] = path.value.split("/");
  return {
    view: VIEWS.find((each) => each === view) ?? "all",
    conversation: idOf("conversation", id),
    customer: idOf("customer", id),
  };
});

/** Where one may go: the view stays unless another is named; what is not named is closed. */
export type Goal = Partial<Route>;

/** The path of a screen. */
export function pathOf({ view = route.peek().view, conversation, customer }: Goal): string {
  const open = conversation ?? customer;
  return `/inbox/${view}${open ? `/${open}` : ""}`;
}

/** Go to a screen. */
export function go(to: Goal): void {
  const wanted = pathOf(to);
  if (wanted === path.peek()) return;
  history.pushState(null, "", wanted);
  path.value = wanted;
}

/** A link within the desk: the browser's own ways of opening it elsewhere stay. */
export function follow(event: MouseEvent, to: Goal): void {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(to);
}
