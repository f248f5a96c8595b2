import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// Merge a customer with another, who is the same person: found by a name, an address or a number.
import { useSignal } from "@preact/signals";
import { read, Refused, Unreachable } from "./api.js";
import { names } from "./desk.js";
import { Form } from "./form.js";
import { t } from "./words.js";
const OF_PEOPLE = ["name", "contact-point"];
const MOST = 8; // people who are offered
/** Who has this name, address or number. */
async function people(words, not) {
    const { found } = await read("/search", { params: { words, limit: "50" } });
    const ids = new Set(found.filter(({ passage }) => OF_PEOPLE.includes(passage.kind)).map(({ passage }) => passage.customer_id));
    ids.delete(not);
    return Promise.all([...ids].slice(0, MOST).map(async (id) => {
        const [{ contact }, { conversations }] = await Promise.all([
            read(`/customers/${id}/contact`), read(`/customers/${id}`, { params: { limit: "100" } }),
        ]);
        return { id, contact, matters: conversations.length };
    }));
}
export function MergeCustomer({ open }) {
    const words = useSignal("");
    const found = useSignal(null);
    const failed = useSignal(null);
    const into = useSignal("");
    const reason = useSignal("");
    const look = async () => {
        into.value = "";
        failed.value = null;
        try {
            found.value = await people(words.value.trim(), open.id);
        }
        catch (error) {
            if (!(error instanceof Refused || error instanceof Unreachable))
                throw error;
            failed.value = error;
        }
    };
    const chosen = found.value?.find((each) => each.id === into.value);
    const name = ({ contact }) => contact.name ?? String(contact.points[0]?.["value"] ?? t("no-name"));
    const preview = chosen && (_jsx("p", { children: t("merge-customer-preview", {
            who: names.value.get(open.id) ?? t("no-name"), into: name(chosen), these: open.conversations.size, theirs: chosen.matters,
        }) }));
    return (_jsxs(Form, { title: t("merge-customer"), does: t("do-merge"), submit: () => void open.merge(into.value, reason.value.trim()), close: () => (open.merging.value = false), preview: preview ?? null, children: [_jsxs("label", { children: [t("find-what"), _jsx("input", { type: "text", dir: "auto", maxLength: 200, value: words.value, onInput: (event) => (words.value = event.currentTarget.value), onKeyDown: (event) => {
                            if (event.key !== "Enter" || !words.value.trim())
                                return;
                            event.preventDefault(); // it looks; nothing is merged by it
                            void look();
                        } })] }), _jsx("button", { type: "button", disabled: !words.value.trim(), onClick: () => void look(), children: t("find") }), failed.value && _jsx("p", { class: "mark warn", role: "alert", children: failed.value instanceof Refused ? failed.value.detail : t("away-short") }), found.value && (_jsxs("fieldset", { children: [_jsx("legend", { children: t("merge-customer-which") }), found.value.length === 0 && _jsx("p", { class: "quiet", children: t("nothing-found") }), found.value.map((each) => (_jsxs("label", { class: "choice", children: [_jsx("input", { type: "radio", name: "into", value: each.id, checked: into.value === each.id, onChange: () => (into.value = each.id) }), _jsx("strong", { dir: "auto", children: name(each) }), " ", _jsx("span", { class: "quiet", dir: "auto", children: each.contact.points.map((point) => String(point["value"])).join(" · ") }), " ", _jsx("span", { class: "quiet", children: t("matters", { number: each.matters }) })] }, each.id)))] })), _jsxs("label", { children: [t("reason-plain"), _jsx("input", { type: "text", maxLength: 2000, dir: "auto", value: reason.value, onInput: (event) => (reason.value = event.currentTarget.value) })] })] }));
}
