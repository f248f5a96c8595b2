import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
// One signal: how far it can be trusted and why, month by month, what customers said, who is owed an answer, and the answer.
import { useSignal } from "@preact/signals";
import { Refused } from "./api.js";
import { me } from "./desk.js";
import { Pending } from "./line.js";
import { Go } from "./link.js";
import { go } from "./route.js";
import { Loading, NotShown } from "./states.js";
import { number, short } from "./times.js";
import { named, t } from "./words.js";
export function SignalShown({ open }) {
    const failed = open.failed.value;
    const page = open.page.value;
    if (failed instanceof Refused)
        return _jsx(NotShown, { why: failed, gone: t("no-such-signal") });
    if (!page)
        return failed ? _jsx("p", { class: "mark warn", role: "alert", children: t("known-away") }) : _jsx(Loading, { what: t("loading-board") });
    const { signal } = page;
    return (_jsxs("article", { class: "sheet", "aria-label": t("signal"), children: [_jsxs("button", { type: "button", class: "plain", onClick: () => go({ screen: "board" }), children: [_jsx("span", { "aria-hidden": "true", class: "arrow" }), " ", t("back-to-board")] }), _jsxs("h2", { dir: "auto", children: [signal.product_area, " \u00B7 ", signal.theme] }), _jsxs("p", { class: "row-marks", children: [_jsx("span", { class: "mark strong", children: named("strength", signal.strength) }), _jsx("span", { class: "mark", children: named("stage", signal.stage) }), signal.status && _jsx("span", { class: "mark", children: named("lane", signal.status) }), _jsx("span", { children: t("people", { number: number(signal.people) }) }), _jsx("span", { children: t("doers", { number: number(signal.doers) }) }), _jsx("span", { class: "quiet", children: t("said-between", { first: short(signal.first_said_at, true), last: short(signal.last_said_at, true) }) })] }), _jsx(Answer, { open: open }), _jsx(Evidence, { page: page }), _jsx(Owed, { open: open }), _jsx(Verbatims, { open: open })] }));
}
function Evidence({ page }) {
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("evidence") }), _jsx("ul", { class: "reasons", children: page.reasons.map((each) => (_jsxs("li", { children: [_jsx("span", { class: `mark ${each.against ? "warn" : ""}`, children: each.against ? named("strength", each.against) : t("speaks-for") }), " ", _jsx("span", { children: named("reason", each.code) }), " ", _jsx("span", { class: "quiet", lang: "en", children: [...Object.entries(each.numbers).map(([name, of]) => `${name} ${of === null ? "?" : number(of)}`), ...each.names].join(", ") }), each.what_would_help && _jsx("div", { class: "quiet", lang: "en", children: each.what_would_help })] }, each.code))) }), _jsx("div", { class: "scrolled", tabIndex: 0, role: "region", "aria-label": t("by-month"), children: _jsxs("table", { children: [_jsx("caption", { children: t("by-month") }), _jsx("thead", { children: _jsx("tr", { children: ["period", "people-head", "items", "prompted", "doers-head"].map((each) => _jsx("th", { scope: "col", children: t(each) }, each)) }) }), _jsx("tbody", { children: page.windows.map((each) => (_jsxs("tr", { children: [_jsx("th", { scope: "row", children: each.month }), _jsx("td", { children: number(each.people) }), _jsx("td", { children: number(each.items) }), _jsx("td", { children: number(each.prompted) }), _jsx("td", { children: number(each.doers) })] }, each.month))) })] }) })] }));
}
function Owed({ open }) {
    const closings = open.closings.value;
    const told = closings.filter((each) => each.told_at !== null).length;
    const reasons = new Map();
    for (const each of closings) {
        if (!each.told_at)
            reasons.set(each.reason ?? "", (reasons.get(each.reason ?? "") ?? 0) + 1);
    }
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("owed") }), closings.length === 0 ? _jsx("p", { class: "quiet", children: t("owed-none") }) : _jsx("p", { children: t("owed-counted", { told: number(told), owed: number(closings.length - told) }) }), _jsx("ul", { children: [...reasons].map(([why, count]) => _jsxs("li", { children: [number(count), " \u00B7 ", why ? named("untold", why) : t("untold-soon")] }, why)) })] }));
}
function Verbatims({ open }) {
    const said = open.verbatims.value;
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("verbatims") }), said === null && _jsx("p", { class: "quiet", children: t("verbatims-not-for-you") }), said?.length === 0 && _jsx("p", { class: "quiet", children: t("verbatims-none") }), _jsx("ul", { class: "matters", children: said?.map((each) => (_jsxs("li", { children: [_jsx("div", { class: "text", dir: "auto", lang: each.language ?? "", children: each.words }), _jsxs("span", { class: "row-marks", children: [_jsx("time", { class: "quiet", dateTime: each.said_at, children: short(each.said_at) }), each.conversation_id && _jsx(Go, { to: { conversation: each.conversation_id }, children: t("open-it") })] })] }, each.item_id))) })] }));
}
const ANSWERS = ["acknowledge", "ask-back", "plan", "ship", "decline"];
/** The answer of the team that has it: whoever contributed hears what became of it. */
function Answer({ open }) {
    const answer = useSignal("acknowledge");
    const text = useSignal("");
    const due = useSignal("");
    const may = me.value?.roles.some((role) => role === "design" || role === "lead") ?? false;
    if (!may || !open.page.value?.signal.team_id)
        return null;
    const words = answer.value !== "acknowledge";
    const submit = async () => {
        const said = { answer: answer.value, text: words ? text.value.trim() : null, due_at: answer.value === "plan" && due.value ? due.value : null };
        if (await open.answer(said))
            [text.value, due.value] = ["", ""];
    };
    return (_jsxs("form", { class: "answer", "aria-label": t("answer-it"), onSubmit: (event) => {
            event.preventDefault();
            void submit();
        }, children: [_jsx("h3", { children: t("answer-it") }), _jsxs("label", { children: [_jsx("span", { class: "hidden", children: t("answer-it") }), _jsx("select", { value: answer.value, onChange: (event) => (answer.value = event.currentTarget.value), children: ANSWERS.map((each) => _jsx("option", { value: each, children: t(`answer-${each}`) }, each)) })] }), words && (_jsxs("label", { children: [t(`answer-text-${answer.value}`), _jsx("textarea", { rows: 3, maxLength: 2000, required: true, dir: "auto", value: text.value, onInput: (event) => (text.value = event.currentTarget.value) })] })), answer.value === "plan" && (_jsxs("label", { children: [t("launch-by"), " ", _jsx("input", { type: "date", value: due.value, onInput: (event) => (due.value = event.currentTarget.value) })] })), _jsx("p", { class: "quiet", children: t(`answer-means-${answer.value}`) }), _jsx("button", { type: "submit", class: "send", children: t("answer-send") }), _jsx("ul", { children: open.acts.value.map((each) => _jsx(Pending, { act: each, dismiss: () => open.dismiss() }, each.key)) })] }));
}
