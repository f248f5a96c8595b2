import { jsx as _jsx } from "preact/jsx-runtime";
// What moves a conversation: hand it over, merge it with another one, split a message off. Each shows first what will be,
// and each is undone.
import { signal } from "@preact/signals";
import { HandOver } from "./handover.js";
import { Merge } from "./merge.js";
import { may } from "./desk.js";
import { opened } from "./open.js";
import { Split } from "./split.js";
import { t } from "./words.js";
const moving = signal(null);
/** Begin one of them, with the conversation that is open. */
export function move(which) {
    if (opened.peek()?.row() && may())
        moving.value = which;
}
const close = () => void (moving.value = null);
export function Moves({ open, row }) {
    switch (moving.value) {
        case "hand-over":
            return _jsx(HandOver, { open: open, row: row, close: close });
        case "merge":
            return _jsx(Merge, { open: open, row: row, close: close });
        case "split":
            return _jsx(Split, { open: open, close: close });
        case null:
            return null;
    }
}
/** Undo a merge. */
export function separate(open) {
    void open.do("separate", "POST", "/separation", { reason: t("undone") });
}
/** Undo a split, by the conversation that it made. */
export function unite(open, made) {
    void open.ask({ what: "undo-split", method: "POST", path: `/conversations/${made}/undo-split`, body: { reason: t("undone") } });
}
