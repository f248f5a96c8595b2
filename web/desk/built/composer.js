import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useRef } from "preact/hooks";
import { me, names } from "./desk.js";
import { short } from "./times.js";
import { t } from "./words.js";
export const EMPTY = { kind: "reply", text: "", since: null, why: null };
/** What others said and did since a version. */
function newer(open, since) {
    return open.ordered().filter((line) => line.conversation_id === open.id && line.version > since && line.author_id !== me.value?.id);
}
function send(open, row, anyway) {
    const draft = open.draft.peek();
    if (!draft.text.trim())
        return;
    if (!anyway && draft.since !== null && newer(open, draft.since).length > 0) {
        open.draft.value = { ...draft, why: "changed" };
        return;
    }
    open.draft.value = { ...EMPTY, kind: draft.kind };
    const path = draft.kind === "note" ? "/notes" : "/replies";
    void open.do(`do-${draft.kind}`, "POST", path, { body: draft.text }, draft.text, row.version).then((made) => {
        const why = made.why.peek();
        if (why === null)
            return;
        // It comes back to where it was written, before whatever was begun meanwhile.
        const begun = open.draft.peek().text;
        const text = begun.trim() ? `${draft.text}\n\n${begun}` : draft.text;
        open.draft.value = { kind: draft.kind, text, since: draft.since, why: why.code === "version-changed" ? "changed" : why };
    });
}
export function Composer({ open, row }) {
    const box = useRef(null);
    const draft = open.draft.value;
    void open.lines.changes.value;
    if (!me.value?.roles.some((role) => role === "agent" || role === "lead"))
        return null;
    const note = draft.kind === "note";
    const changed = draft.why === "changed" ? newer(open, draft.since ?? row.version) : [];
    const kind = (kind) => {
        open.draft.value = { ...draft, kind, why: null };
        box.current?.focus();
    };
    return (_jsxs("form", { class: `composer ${note ? "note" : "reply"}`, "aria-label": t(note ? "write-note" : "write-reply"), onSubmit: (event) => {
            event.preventDefault();
            send(open, row, draft.why === "changed");
        }, children: [_jsxs("div", { class: "kinds", role: "group", "aria-label": t("write"), children: [_jsx("button", { type: "button", "aria-pressed": !note, onClick: () => kind("reply"), children: t("reply") }), _jsx("button", { type: "button", "aria-pressed": note, onClick: () => kind("note"), children: t("note") }), _jsx("span", { class: "quiet", children: note ? t("note-is-for-colleagues") : t("reply-goes-to", { name: names.value.get(row.customer_id) ?? t("the-customer") }) })] }), draft.why === "changed" && (_jsxs("div", { class: "held", role: "alert", children: [_jsx("p", { children: t("held") }), _jsx("ul", { children: changed.map((line) => (_jsxs("li", { children: [_jsx("strong", { dir: "auto", children: names.value.get(line.author_id) ?? names.value.get(line.customer_id) ?? t("the-customer") }), " ", _jsx("time", { dateTime: line.occurred_at, children: short(line.occurred_at) }), " ", _jsx("span", { dir: "auto", children: (line.text ?? line.new ?? "").slice(0, 300) })] }, line.version))) })] })), draft.why !== null && draft.why !== "changed" && (_jsxs("p", { class: "held", role: "alert", children: [t("not-sent", { why: draft.why.detail }), " ", _jsx("code", { children: draft.why.code })] })), _jsxs("div", { class: "writing", children: [_jsx("textarea", { ref: box, id: "composer", rows: 4, maxLength: 100_000, dir: "auto", "aria-label": t(note ? "write-note" : "write-reply"), value: draft.text, onInput: (event) => {
                            const text = event.currentTarget.value;
                            open.draft.value = { ...draft, text, since: text ? (draft.since ?? row.version) : null, why: text ? draft.why : null };
                        }, onKeyDown: (event) => {
                            if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                                event.currentTarget.form.requestSubmit();
                        } }), _jsx("button", { type: "submit", class: "send", "aria-keyshortcuts": "Control+Enter", disabled: !draft.text.trim(), children: t(draft.why === "changed" ? "send-anyway" : note ? "keep-note" : "send") })] })] }));
}
