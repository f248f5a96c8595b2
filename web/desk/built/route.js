// Which screen the address bar names: /inbox/VIEW, and /inbox/VIEW/conversation-… or /inbox/VIEW/customer-… with one open.
import { computed, signal } from "@preact/signals";
export const VIEWS = ["mine", "team", "unassigned", "due", "person", "all"];
const path = signal(location.pathname);
addEventListener("popstate", () => (path.value = location.pathname));
const idOf = (kind, text) => text && new RegExp(`^${kind}-[A-Za-z0-9-]{1,80}$`).test(text) ? text : null;
/** The screen that is shown. */
export const route = computed(() => {
    const [, , view, id] = path.value.split("/");
    return {
        view: VIEWS.find((each) => each === view) ?? "all",
        conversation: idOf("conversation", id),
        customer: idOf("customer", id),
    };
});
/** The path of a screen. */
export function pathOf({ view = route.peek().view, conversation, customer }) {
    const open = conversation ?? customer;
    return `/inbox/${view}${open ? `/${open}` : ""}`;
}
/** Go to a screen. */
export function go(to) {
    const wanted = pathOf(to);
    if (wanted === path.peek())
        return;
    history.pushState(null, "", wanted);
    path.value = wanted;
}
/** A link within the desk: the browser's own ways of opening it elsewhere stay. */
export function follow(event, to) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
        return;
    event.preventDefault();
    go(to);
}
