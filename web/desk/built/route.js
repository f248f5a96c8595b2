// Which screen the address bar names: /inbox/VIEW, and /inbox/VIEW/conversation-… with a conversation open.
import { computed, signal } from "@preact/signals";
export const VIEWS = ["mine", "team", "unassigned", "due", "person", "all"];
const path = signal(location.pathname);
addEventListener("popstate", () => (path.value = location.pathname));
/** The screen that is shown. */
export const route = computed(() => {
    const [, , view, id] = path.value.split("/");
    return {
        view: VIEWS.find((each) => each === view) ?? "all",
        conversation: id && /^conversation-[A-Za-z0-9-]{1,80}$/.test(id) ? id : null,
    };
});
/** The path of a screen. */
export function pathOf({ view, conversation }) {
    return `/inbox/${view}${conversation ? `/${conversation}` : ""}`;
}
/** Go to a screen. */
export function go(to) {
    const wanted = pathOf({ ...route.peek(), ...to });
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
