// Which screen the address bar names: /inbox/VIEW with a conversation or a customer open beside the list, /measures/NAME,
// /board/signal-….

import { computed, signal } from "@preact/signals";

export const VIEWS = ["mine", "team", "unassigned", "due", "person", "all"] as const;
export type View = (typeof VIEWS)[number];
export const SCREENS = ["inbox", "measures", "board"] as const;
export type Screen = (typeof SCREENS)[number];

export interface Route {
  /** Null: none is named, and whoever looks begins with their own. */
  screen: Screen | null;
  view: View;
  /** What is open beside the list of the inbox: one of them, or neither. */
  conversation: string | null;
  customer: string | null;
  /** The measure, or the signal, that is open. */
  about: string | null;
}

const path = signal(location.pathname);
addEventListener("popstate", () => (path.value = location.pathname));

const idOf = (kind: string, text: string | undefined): string | null =>
  text && new RegExp(`^${kind}-[A-Za-z0-9-]{1,80}$`).test(text) ? text : null;

/** The screen that is shown. */
export const route = computed<Route>(() => {
  const [, screen, second, third] = path.value.split("/");
  return {
    screen: SCREENS.find((each) => each === screen) ?? null,
    view: VIEWS.find((each) => each === second) ?? "all",
    conversation: idOf("conversation", third),
    customer: idOf("customer", third),
    about: screen === "board" ? idOf("signal", second) : second && /^[a-z_-]{1,80}$/.test(second) ? second : null,
  };
});

/** Where one may go: the inbox, unless another screen is named; its view stays; what is not named is closed. */
export type Goal = Partial<Route>;

/** The path of a screen. */
export function pathOf({ screen, view = route.peek().view, conversation, customer, about }: Goal): string {
  const open = screen && screen !== "inbox" ? about : (conversation ?? customer);
  return `/${screen && screen !== "inbox" ? screen : `inbox/${view}`}${open ? `/${open}` : ""}`;
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
