import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useRef } from "preact/hooks";
import { Attached, EMPTY } from "./draft.js";
import { Files } from "./files.js";
import { may, me, names } from "./desk.js";
import { short } from "./times.js";
import { t } from "./words.js";
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
    const { kind, text } = draft;
    if (!ready(draft))
        return;
    open.draft.value = { ...EMPTY, kind, files: kind === "reply" ? [] : draft.files };
    void done(open, row, draft).then((made) => {
        const why = made.why.peek();
        if (why === null)
            return;
        // It comes back to where it was written, before whatever was begun meanwhile.
        const begun = open.draft.peek();
        open.draft.value = {
            ...draft, text: begun.text.trim() ? `${text}\n\n${begun.text}` : text,
            files: kind === "reply" ? [...draft.files, ...begun.files] : begun.files,
            why: why.code === "version-changed" ? "changed" : why,
        };
    });
}
/** Send what is written, as what it is. */
function done(open, row, { kind, text, due, files }) {
    switch (kind) {
        case "reply": {
            const attachments = files.map((each) => each.kept.peek());
            return open.do("do-reply", "POST", "/replies", { body: text, attachments }, { text, version: row.version });
        }
        case "note":
            return open.do("do-note", "POST", "/notes", { body: text }, { text, version: row.version });
        case "promise": {
            const body = { customer_id: row.customer_id, conversation_id: open.id, text, due_at: due };
            return open.ask({ what: "do-promise", text, method: "POST", path: "/promises", body }, (position) => open.known.read(position));
        }
    }
}
export function Composer({ open, row }) {
    const box = useRef(null);
    const draft = open.draft.value;
    void open.lines.changes.value;
    if (!may())
        return null;
    const { kind } = draft;
    const changed = draft.why === "changed" ? newer(open, draft.since ?? row.version) : [];
    const become = (kind) => {
        open.draft.value = { ...draft, kind, why: null };
        box.current?.focus();
    };
    const change = (part) => {
        open.draft.value = { ...open.draft.peek(), ...part };
    };
    const attach = (files) => {
        change({ files: [...draft.files, ...files.map((file) => new Attached(file, row.customer_id))] });
    };
    return (_jsxs("form", { class: `composer ${kind}`, "aria-label": t(`write-${kind}`), onSubmit: (event) => {
            event.preventDefault();
            send(open, row, draft.why === "changed");
        }, children: [_jsxs("div", { class: "kinds", role: "group", "aria-label": t("write"), children: [["reply", "note", "promise"].map((each) => (_jsx("button", { type: "button", "aria-pressed": kind === each, onClick: () => become(each), children: t(each) }, each))), _jsx("span", { class: "quiet", children: t(`${kind}-goes-to`, { name: names.value.get(row.customer_id) ?? t("the-customer") }) })] }), draft.why === "changed" && (_jsxs("div", { class: "held", role: "alert", children: [_jsx("p", { children: t("held") }), _jsx("ul", { children: changed.map((line) => (_jsxs("li", { children: [_jsx("strong", { dir: "auto", children: names.value.get(line.author_id) ?? names.value.get(line.customer_id) ?? t("the-customer") }), " ", _jsx("time", { dateTime: line.occurred_at, children: short(line.occurred_at) }), " ", _jsx("span", { dir: "auto", children: (line.text ?? line.new ?? "").slice(0, 300) })] }, line.version))) })] })), draft.why !== null && draft.why !== "changed" && (_jsxs("p", { class: "held", role: "alert", children: [t("not-sent", { why: draft.why.detail }), " ", _jsx("code", { children: draft.why.code })] })), kind === "promise" && (_jsxs("label", { class: "due", children: [t("promise-by"), " ", _jsx("input", { type: "date", required: true, min: today(), value: draft.due, onInput: (event) => change({ due: event.currentTarget.value }) })] })), kind === "reply" && _jsx(Files, { draft: draft, attach: attach, remove: (gone) => change({ files: draft.files.filter((each) => each !== gone) }) }), _jsxs("div", { class: "writing", children: [_jsx("textarea", { ref: box, id: "composer", rows: 4, maxLength: 100_000, dir: "auto", "aria-label": t(`write-${kind}`), value: draft.text, onInput: (event) => {
                            const text = event.currentTarget.value;
                            open.draft.value = { ...draft, text, since: text ? (draft.since ?? row.version) : null, why: text ? draft.why : null };
                        }, onKeyDown: (event) => {
                            if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                                event.currentTarget.form.requestSubmit();
                        } }), _jsx("button", { type: "submit", class: "send", "aria-keyshortcuts": "Control+Enter", disabled: !ready(draft), children: t(draft.why === "changed" ? "send-anyway" : `send-${kind}`) })] })] }));
}
/** Whether all of it is there that is sent. */
function ready({ kind, text, due, files }) {
    return text.trim() !== "" && (kind !== "promise" || due !== "") && (kind !== "reply" || files.every((each) => each.kept.value !== null));
}
/** Today, of the viewer's zone, as fields of dates write it. */
function today() {
    const date = new Date();
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
}
