import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "preact/jsx-runtime";
// Split a customer's message off into a conversation of its own.
import { useSignal } from "@preact/signals";
import { Form } from "./form.js";
import { unite } from "./moves.js";
import { short } from "./times.js";
import { named, t } from "./words.js";
const KINDS = ["inquiry", "complaint", "order", "feedback"];
const SHOWN = 200; // messages that may be chosen, the newest
const BEGINNING = 160; // characters of each that are shown
export function Split({ open, close }) {
    const message = useSignal("");
    const kind = useSignal("inquiry");
    const subject = useSignal("");
    const lines = open.ordered().filter((line) => line.kind === "received" && line.about && !line.removed && !line.split_into && line.conversation_id === open.id);
    const chosen = lines.find((line) => line.about === message.value);
    const submit = () => {
        const body = { message_id: message.value, kind: kind.value, subject: subject.value.trim() || null };
        void open.do("do-split", "POST", "/splits", body).then((made) => {
            const id = made.id.peek();
            if (!made.why.peek() && id)
                open.undo.value = { what: "do-split", undo: () => unite(open, id) };
        });
    };
    const preview = chosen && (_jsxs(_Fragment, { children: [_jsx("p", { children: t("split-preview", { kind: named("kind", kind.value) }) }), _jsx("blockquote", { dir: "auto", children: (chosen.text ?? "").slice(0, 3 * BEGINNING) })] }));
    return (_jsxs(Form, { title: t("do-split"), does: t("do-split"), submit: submit, close: close, preview: preview ?? null, children: [_jsxs("fieldset", { children: [_jsx("legend", { children: t("split-which") }), lines.length === 0 && _jsx("p", { class: "quiet", children: t("split-none") }), lines.slice(-SHOWN).map((line) => (_jsxs("label", { class: "choice", children: [_jsx("input", { type: "radio", name: "message", value: line.about, checked: message.value === line.about, onChange: () => (message.value = line.about) }), _jsx("time", { class: "quiet", dateTime: line.occurred_at, children: short(line.occurred_at) }), " ", _jsx("span", { dir: "auto", children: (line.text ?? "").slice(0, BEGINNING) })] }, line.about)))] }), _jsxs("label", { children: [t("kind"), _jsx("select", { value: kind.value, onChange: (event) => (kind.value = event.currentTarget.value), children: KINDS.map((each) => _jsx("option", { value: each, children: named("kind", each) }, each)) })] }), _jsxs("label", { children: [t("subject"), _jsx("input", { type: "text", maxLength: 200, dir: "auto", value: subject.value, onInput: (event) => (subject.value = event.currentTarget.value) })] })] }));
}
