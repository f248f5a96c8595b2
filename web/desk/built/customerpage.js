import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
// The page of a customer: their matters, what happened over all of them, and what is known: how they can be reached, what
// they agreed to, orders, promises, and what they hear without having asked.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { OpenCustomer } from "./customer.js";
import { may, names, words } from "./desk.js";
import { Due, languageName, Wait } from "./inbox.js";
import { ERASED, Pending } from "./line.js";
import { Go } from "./link.js";
import { MergeCustomer } from "./mergecustomer.js";
import { PromiseShown } from "./promise.js";
import { go } from "./route.js";
import { Loading, NotShown } from "./states.js";
import { full, number, short, zone } from "./times.js";
import { named, t } from "./words.js";
const opened = signal(null);
const SHOWN = 100; // moments at first, and with each further step
const most = signal(SHOWN);
export function CustomerPage({ id }) {
    useEffect(() => {
        const open = new OpenCustomer(id);
        open.live.start();
        opened.value = open;
        most.value = SHOWN;
        const stop = open.live.position.subscribe((position) => {
            if (!position)
                return;
            void open.read(position);
            void open.meet().catch(() => undefined); // their ids are shown instead
        });
        return () => {
            stop();
            open.live.stop();
        };
    }, [id]);
    const open = opened.value;
    if (!open || open.id !== id)
        return _jsx(Loading, { what: t("loading-customer") });
    const refused = open.live.refused.value;
    if (refused && refused.status !== 401)
        return _jsx(NotShown, { why: refused, gone: t("customer-gone") });
    if (!open.live.loaded.value)
        return _jsx(Loading, { what: t("loading-customer") });
    return (_jsxs("article", { class: "conversation customer", "aria-label": t("customer"), children: [_jsxs("header", { class: "conversation-head", children: [_jsxs("button", { type: "button", class: "plain back", onClick: () => go({}), children: [_jsx("span", { "aria-hidden": "true", class: "arrow" }), " ", t("back")] }), _jsxs("div", { class: "titles", children: [_jsx("h2", { dir: "auto", children: names.value.get(id) ?? t("no-name") }), _jsx(Links, { open: open })] }), may() && (_jsx("div", { class: "doing", children: _jsx("button", { type: "button", onClick: () => (open.merging.value = true), children: t("merge-begin") }) })), _jsx("ul", { class: "pendings", children: open.acts.value.map((each) => _jsx(Pending, { act: each, dismiss: () => open.dismiss(each) }, each.key)) }), open.undo.value && (_jsxs("p", { class: "undo", role: "status", children: [t("act-done", { what: t("do-merge") }), " ", _jsx("button", { type: "button", onClick: () => open.undo.value?.(), children: t("undo") })] }))] }), _jsxs("div", { class: "conversation-body", children: [_jsxs("div", { class: "lines", tabIndex: 0, role: "region", "aria-label": t("matters-and-moments"), children: [_jsx(Matters, { open: open }), _jsx(Moments, { open: open })] }), _jsx(Known, { open: open })] }), open.merging.value && _jsx(MergeCustomer, { open: open })] }));
}
/** Who was merged into this customer, and into whom they were. */
function Links({ open }) {
    void open.links.changes.value;
    const links = open.links.all();
    if (!links.length)
        return null;
    return (_jsx("ul", { class: "row-marks", children: links.map((link) => {
            const other = link.customer_id === open.id ? link.merged_into : link.customer_id;
            return (_jsxs("li", { children: [t(link.customer_id === open.id ? "is-merged-into" : "has-merged"), " ", _jsx(Go, { to: { customer: other }, children: names.value.get(other) || other }), " ", may() && link.customer_id.startsWith("customer-") && (_jsx("button", { type: "button", class: "plain", onClick: () => open.separate(link.customer_id), children: t("separate") }))] }, link.customer_id));
        }) }));
}
function Matters({ open }) {
    void open.conversations.changes.value;
    const rows = open.matters();
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("matters", { number: rows.length }) }), rows.length === 0 && _jsx("p", { class: "quiet", children: t("no-matters") }), _jsx("ul", { class: "matters", children: rows.map((row) => (_jsxs("li", { children: [_jsx(Go, { to: { conversation: row.conversation_id }, children: row.subject ?? words.value.get(row.conversation_id) ?? t("no-subject") }), _jsxs("span", { class: "row-marks", children: [_jsx("span", { class: "mark", children: named("status", row.status) }), row.merged_into && _jsx("span", { class: "mark strong", children: t("merged") }), row.waiting_since && _jsx(Wait, { since: row.waiting_since, status: row.status }), row.due_at && _jsx(Due, { at: row.due_at, missed: row.due_missed, warned: row.due_warned }), row.kinds.map((kind) => _jsx("span", { class: "mark", children: named("kind", kind) }, kind)), _jsx("span", { class: "quiet", children: t("messages-counted", { theirs: row.messages_in, ours: row.messages_out }) }), _jsx("time", { class: "quiet", dateTime: row.last_at, title: full(row.last_at), children: short(row.last_at) })] })] }, row.conversation_id))) })] }));
}
function Moments({ open }) {
    void open.moments.changes.value;
    const moments = open.ordered();
    const beyond = moments.length - most.value;
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("moments") }), moments.length === 0 && _jsx("p", { class: "quiet", children: t("no-moments") }), _jsx("ol", { class: "moments", children: moments.slice(0, most.value).map((moment) => _jsx(MomentShown, { moment: moment, open: open }, moment.place)) }), beyond > 0 && _jsx("button", { type: "button", class: "plain", onClick: () => (most.value += SHOWN), children: t("earlier", { number: number(beyond) }) })] }));
}
/** Which catalogue has the words for what a moment says more. */
const SAYS = {
    interaction: "kind", status: "status", verdict: "verdict", order: "step", promise: "step",
    "contact-point": "contact", "contact-point-removed": "contact", "contact-point-shared": "contact",
    "contact-point-alone": "contact", "contact-point-cleared": "contact",
};
function more(moment) {
    const { kind, what } = moment;
    if (kind === "order" || kind === "promise")
        return named("step", what ?? "placed");
    if (!what)
        return "";
    if (kind === "language")
        return languageName(what);
    const catalogue = SAYS[kind];
    return catalogue ? named(catalogue, what) : (names.value.get(what) ?? what);
}
function MomentShown({ moment, open }) {
    const at = moment.stream.startsWith("conversation-") ? moment.stream : null;
    const subject = at && (open.conversations.find(at)?.value.subject ?? words.value.get(at) ?? t("no-subject"));
    const day = moment.time_precision === "day";
    const untimed = moment.time_precision === "unknown" || moment.time_precision === "impossible";
    return (_jsxs("li", { class: "happening", children: [_jsx("time", { dateTime: moment.at, title: full(moment.at), children: untimed ? t("time-unknown") : short(moment.at, day) }), " ", _jsx("b", { children: t(`moment-${moment.kind}`) }), " ", _jsx("span", { dir: "auto", children: more(moment) }), moment.text && moment.text !== subject && _jsxs(_Fragment, { children: [" ", _jsx("q", { dir: "auto", children: moment.text === ERASED ? t("erased") : moment.text })] }), moment.value && _jsxs(_Fragment, { children: [" ", _jsxs("span", { children: [moment.value, " ", moment.currency] })] }), moment.due_at && _jsxs(_Fragment, { children: [" ", _jsx("time", { dateTime: moment.due_at, children: t("until", { time: short(moment.due_at) }) })] }), moment.bidi && _jsxs(_Fragment, { children: [" ", _jsx("span", { class: "mark warn", children: t("bidi") })] }), at && _jsxs(_Fragment, { children: [" ", _jsx(Go, { to: { conversation: at }, children: subject })] })] }));
}
function Known({ open }) {
    const contact = open.contact.value;
    return (_jsxs("aside", { class: "known", "aria-label": t("known"), children: [open.away.value && _jsx("p", { class: "mark warn", children: t("known-away") }), _jsx("h3", { children: t("reached") }), contact && contact.points.length === 0 && _jsx("p", { class: "quiet", children: t("no-points") }), _jsx("ul", { children: contact?.points.map((point, at) => (_jsxs("li", { children: [_jsx("span", { class: "quiet", children: named("contact", String(point["kind"])) }), " ", _jsx("span", { dir: "auto", children: String(point["value"]) }), " ", Boolean(point["shared"]) && _jsx("span", { class: "mark", children: t("shared") }), " ", Boolean(point["failing"]) && _jsx("span", { class: "mark bad", children: t("undelivered") })] }, at))) }), _jsxs("dl", { children: [contact?.channel && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("prefers") }), _jsx("dd", { children: named("contact", contact.channel) })] }), contact?.language && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("language") }), _jsx("dd", { children: languageName(contact.language) })] }), contact?.zone && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("zone") }), _jsx("dd", { children: contact.zone })] }), contact?.quiet && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("quiet") }), _jsx("dd", { children: t("quiet-why") })] })] }), _jsx("h3", { children: t("consents") }), contact?.consents.length === 0 && _jsx("p", { class: "quiet", children: t("no-consents") }), _jsx("ul", { children: contact?.consents.map((consent) => (_jsxs("li", { class: "consent", children: [_jsx("span", { dir: "auto", children: String(consent["purpose"]) }), " ", _jsx("span", { class: "mark", children: t(consent["given"] ? "consent-given" : "consent-refused") }), " ", _jsx("time", { class: "quiet", dateTime: String(consent["at"]), children: short(String(consent["at"])) }), " ", may() && Boolean(consent["given"]) && (_jsx("button", { type: "button", class: "plain", onClick: () => open.withdraw(String(consent["purpose"])), children: t("do-withdraw-consent") }))] }, String(consent["purpose"])))) }), _jsx("h3", { children: t("orders") }), open.orders.value.length === 0 && _jsx("p", { class: "quiet", children: t("no-orders") }), _jsx("ul", { children: open.orders.value.map((order) => (_jsxs("li", { children: [_jsx("strong", { dir: "auto", children: order.number ?? t("no-number") }), " ", _jsx("span", { class: `mark ${order.perfect === false ? "warn" : ""}`, children: order.status ? named("step", order.status) : t("order-named-only") }), " ", order.value && _jsxs("span", { children: [order.value, " ", order.currency] }), " ", order.placed_at && _jsx("time", { class: "quiet", dateTime: order.placed_at, children: short(order.placed_at, true) })] }, order.order_id))) }), _jsx("h3", { children: t("promises") }), open.promises.value.length ? open.promises.value.map((each) => _jsx(PromiseShown, { promise: each, settle: may() ? (asked) => open.settle(asked) : null }, each.promise_id)) : _jsx("p", { class: "quiet", children: t("no-promises") }), _jsx(Attention, { open: open }), _jsx("p", { class: "quiet", children: t("times-in-zone", { zone: zone() }) })] }));
}
const PERIOD_MS = 90 * 86_400_000;
/** What they heard, and are to hear, of what became of what they said: the company speaks without having been asked. */
function Attention({ open }) {
    const closings = open.closings.value;
    const used = new Set(closings.filter((each) => each.told_at && Date.now() - Date.parse(each.told_at) < PERIOD_MS).map((each) => each.message_id));
    return (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("attention") }), _jsx("p", { class: "quiet", children: t("attention-used", { number: used.size }) }), _jsx("ul", { children: closings.map((each) => (_jsxs("li", { children: [_jsxs("span", { dir: "auto", children: [each.area, " \u00B7 ", each.theme] }), " ", _jsx("span", { class: "mark", children: named("outcome", each.outcome) }), " ", each.told_at
                            ? _jsx("time", { class: "quiet", dateTime: each.told_at, children: t("told", { time: short(each.told_at) }) })
                            : _jsx("span", { class: "quiet", children: t("not-told", { why: each.reason ? named("untold", each.reason) : t("untold-soon") }) })] }, each.outcome_id))) })] }));
}
