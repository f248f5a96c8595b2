// The keyboard: single letters where nobody writes, none that a browser or a screen reader takes.
import { mine } from "./desk.js";
import { find } from "./finding.js";
import { current } from "./inbox.js";
import { move as moving } from "./moves.js";
import { opened } from "./open.js";
import { go, route } from "./route.js";
import { listed } from "./views.js";
function typing(target) {
    return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
function move(by) {
    const ids = listed.peek();
    if (!ids.length)
        return;
    const at = ids.indexOf(current.peek() ?? "");
    const next = ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))];
    current.value = next;
    requestAnimationFrame(() => document.getElementById(`row-${next}`)?.focus({ preventScroll: true }));
}
function write(kind) {
    const open = opened.peek();
    const box = document.getElementById("composer");
    if (!open || !box || !route.peek().conversation)
        return;
    open.draft.value = { ...open.draft.peek(), kind };
    box.focus();
}
function customer() {
    const { conversation } = route.peek();
    const row = conversation && opened.peek()?.row();
    if (row)
        go({ customer: row.customer_id });
}
const DOES = {
    j: () => move(1),
    k: () => move(-1),
    Enter: () => current.peek() && go({ conversation: current.peek() }),
    r: () => write("reply"),
    n: () => write("note"),
    u: () => go({}),
    p: () => write("promise"),
    h: () => moving("hand-over"),
    m: () => moving("merge"),
    s: () => moving("split"),
    c: customer,
    "/": find,
    "?": () => go({}),
};
/** Begin to listen. */
export function listen() {
    addEventListener("keydown", (event) => {
        if (document.querySelector("dialog[open]"))
            return; // a dialog has keys of its own
        if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && mine().includes("inbox")) {
            event.preventDefault();
            find();
            return;
        }
        if (event.key === "Escape" && event.target instanceof HTMLElement && typing(event.target)) {
            event.target.blur();
            return;
        }
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target))
            return;
        // Enter does what the link or button in focus does.
        if (event.key === "Enter" && event.target instanceof Element && event.target.closest("a, button, summary"))
            return;
        const does = (route.peek().screen ?? "inbox") === "inbox" ? DOES[event.key] : undefined;
        if (!does)
            return;
        event.preventDefault();
        does();
    });
}
