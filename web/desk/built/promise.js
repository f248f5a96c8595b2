import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// A promise with every revision, and what becomes of it: kept, moved to another day, broken, or expected no more.
import { useSignal } from "@preact/signals";
import { Form } from "./form.js";
import { full, short } from "./times.js";
import { named, t } from "./words.js";
export function PromiseShown({ promise, settle }) {
    const settling = useSignal(false);
    const open = promise.state === "open" || promise.state === "overdue";
    const tone = promise.state === "overdue" || promise.state === "broken" ? "bad" : "";
    return (_jsxs("div", { class: "promise", children: [_jsx("p", { dir: "auto", children: promise.text }), _jsxs("p", { class: "quiet", children: [_jsx("span", { class: `mark ${tone}`, children: named("promise", promise.state) }), " ", _jsx("time", { dateTime: promise.due_at, title: full(promise.due_at), children: short(promise.due_at) }), " ", open && settle && _jsx("button", { type: "button", class: "plain", onClick: () => (settling.value = true), children: t("settle-begin") })] }), promise.revisions.length > 0 && (_jsx("ol", { class: "revisions", children: promise.revisions.map((each, at) => (_jsxs("li", { children: [_jsx("s", { children: short(String(each["previous"])) }), " ", _jsx("span", { "aria-hidden": "true", class: "arrow onward" }), " ", short(String(each["due_at"])), " ", _jsx("span", { dir: "auto", class: "quiet", children: String(each["because"] ?? "") })] }, at))) })), promise.because && _jsx("p", { class: "quiet", dir: "auto", children: promise.because }), settling.value && settle && _jsx(Settling, { promise: promise, settle: settle, close: () => (settling.value = false) })] }));
}
const OUTCOMES = ["kept", "moved", "broken", "withdrawn"];
function Settling({ promise, settle, close }) {
    const outcome = useSignal("kept");
    const because = useSignal("");
    const due = useSignal("");
    const moved = outcome.value === "moved";
    const missing = (moved && (!due.value || !because.value.trim())) || (outcome.value === "broken" && !because.value.trim());
    const submit = () => {
        const path = `/promises/${promise.promise_id}`;
        const reason = because.value.trim();
        if (moved)
            settle({ what: "settle-moved", method: "PUT", path: `${path}/due`, body: { due_at: due.value, because: reason } });
        else
            settle({
                what: `settle-${outcome.value}`, method: "PUT", path: `${path}/outcome`,
                body: { outcome: outcome.value, because: outcome.value === "kept" ? null : reason || null },
            });
    };
    return (_jsxs(Form, { title: t("settle"), does: t(`settle-${outcome.value}`), submit: submit, close: close, preview: missing ? null : _jsx("p", { children: t(`settle-means-${outcome.value}`) }), children: [_jsx("blockquote", { dir: "auto", children: promise.text }), _jsxs("label", { children: [t("settle-what"), _jsx("select", { value: outcome.value, onChange: (event) => (outcome.value = event.currentTarget.value), children: OUTCOMES.map((each) => _jsx("option", { value: each, children: t(`settle-${each}`) }, each)) })] }), moved && _jsxs("label", { children: [t("promise-by"), " ", _jsx("input", { type: "date", required: true, value: due.value, onInput: (event) => (due.value = event.currentTarget.value) })] }), outcome.value !== "kept" && (_jsxs("label", { children: [t("because-customer"), _jsx("textarea", { rows: 3, maxLength: 2000, dir: "auto", value: because.value, onInput: (event) => (because.value = event.currentTarget.value) })] }))] }));
}
