import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// Merge a conversation into another one of the same customer: one matter is shown in one place.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { read } from "./api.js";
import { Form } from "./form.js";
import { separate } from "./moves.js";
import { short } from "./times.js";
import { named, t } from "./words.js";
export function Merge({ open, row, close }) {
    const others = useSignal(null);
    const suggested = useSignal([]);
    const away = useSignal(false);
    const into = useSignal("");
    const reason = useSignal("");
    useEffect(() => void Promise.all([
        read(`/customers/${row.customer_id}`, { params: { limit: "100" } }),
        read(`/conversations/${open.id}/suggestions`),
    ]).then(([page, { suggestions }]) => {
        suggested.value = suggestions.map((each) => each.conversation_id);
        const may = page.conversations.filter((each) => each.conversation_id !== open.id && each.merged_into === null);
        others.value = may.sort((one, other) => Number(suggested.value.includes(other.conversation_id)) - Number(suggested.value.includes(one.conversation_id)));
    }, () => (away.value = true)), []);
    const chosen = others.value?.find((each) => each.conversation_id === into.value);
    const submit = () => {
        void open.do("do-merge", "POST", "/merge", { into: into.value, reason: reason.value.trim() || null }).then((made) => {
            if (!made.why.peek())
                open.undo.value = { what: "do-merge", undo: () => separate(open) };
        });
    };
    const messages = (each) => each.messages_in + each.messages_out;
    const preview = chosen && (_jsx("p", { children: t("merge-preview", { subject: chosen.subject ?? t("no-subject"), theirs: messages(chosen), these: messages(row) }) }));
    return (_jsxs(Form, { title: t("do-merge"), does: t("do-merge"), submit: submit, close: close, preview: preview ?? null, children: [_jsxs("fieldset", { children: [_jsx("legend", { children: t("merge-into") }), away.value && _jsx("p", { class: "mark warn", children: t("known-away") }), others.value?.length === 0 && _jsx("p", { class: "quiet", children: t("merge-none") }), others.value?.map((each) => (_jsxs("label", { class: "choice", children: [_jsx("input", { type: "radio", name: "into", value: each.conversation_id, checked: into.value === each.conversation_id, onChange: () => (into.value = each.conversation_id) }), _jsx("span", { dir: "auto", children: each.subject ?? t("no-subject") }), " ", _jsx("span", { class: "mark", children: named("status", each.status) }), " ", suggested.value.includes(each.conversation_id) && _jsx("span", { class: "mark strong", children: t("suggested") }), " ", _jsx("time", { class: "quiet", dateTime: each.opened_at, children: short(each.opened_at) })] }, each.conversation_id)))] }), _jsxs("label", { children: [t("reason-plain"), _jsx("input", { type: "text", maxLength: 2000, dir: "auto", value: reason.value, onInput: (event) => (reason.value = event.currentTarget.value) })] })] }));
}
