// Which screen the address bar names: /inbox/VIEW, and /inbox/VIEW/conversation-… with a conversation open.

import { computed, signal } from "@preact/signals";

export const VIEWS = ["mine", "team", "unassigned", "due", "person", "all"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  conversation: string | null;
}

const path = signal(location.pathname);
addEventListener("popstate", () => (path.value = location.pathname));

/** The screen that is shown. */
export const route = computed<Route>(() => {
  const [, , view, id] = path.value.split("/");
  return {
    view: VIEWS.find((each) => each === view) ?? "all",
    conversation: id && /^conversation-[A-Za-z0-9-]{1,80}$/.test(id) ? id : null,
  };
});

/** The path of a screen. */
export function pathOf({ view, conversation }: Route): string {
  return `/inbox/${view}${conversation ? `/${conversation}` : ""}`;
}

/** Go to a screen. */
export function go(to: Partial<Route>): void {
  const wanted = pathOf({ ...route.peek(), ...to });
  if (wanted === path.peek()) return;
  history.pushState(null, "", wanted);
  path.value = wanted;
}

/** A link within the desk: the browser's own ways of opening it elsewhere stay. */
export function follow(event: MouseEvent, to: Partial<Route>): void {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(to);
}
