import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// The inbox: views with their counts, filters, and the conversations that wait.
import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { inbox, items, names, words } from "./desk.js";
import { List } from "./list.js";
import { follow, pathOf, route, VIEWS } from "./route.js";
import { Empty, Loading, NotShown } from "./states.js";
import { full, long, now, number, when } from "./times.js";
import { counted, filter, listed, NO_FILTER } from "./views.js";
import { locale, named, t } from "./words.js";
/** The row that the keyboard is at. */
export const current = signal(null);
/** How high a row is, in pixels: as the style sheet says, also with larger text. */
const rowHeight = signal(76);
export function Views() {
    const { views } = counted.value;
    return (_jsx("nav", { class: "views", "aria-label": t("views"), children: VIEWS.map((view) => (_jsxs("a", { href: pathOf({ view }), "aria-current": route.value.view === view ? "page" : undefined, onClick: (event) => follow(event, { view }), children: [_jsx("span", { children: t(`view-${view}`) }), _jsx("span", { class: "count", children: number(views[view]) })] }, view))) }));
}
function Choice({ of, values, text }) {
    if (values.length < 2 && !filter.value[of])
        return null;
    return (_jsxs("select", { "aria-label": t(`filter-${of}`), value: filter.value[of], onChange: (event) => (filter.value = { ...filter.value, [of]: event.currentTarget.value }), children: [_jsx("option", { value: "", children: t(`every-${of}`) }), values.map((value) => (_jsx("option", { value: value, children: text(value) }, value)))] }));
}
/** The name of a language, in the page's own. */
export function languageName(tag) {
    try {
        return new Intl.DisplayNames(locale(), { type: "language" }).of(tag) ?? tag;
    }
    catch {
        return tag;
    }
}
function Filters() {
    const { kinds, languages, areas } = counted.value;
    return (_jsxs("div", { class: "filters", children: [_jsx(Choice, { of: "kind", values: kinds, text: (each) => named("kind", each) }), _jsx(Choice, { of: "priority", values: ["urgent", "high", "normal", "low"], text: (each) => named("priority", each) }), _jsx(Choice, { of: "language", values: languages, text: languageName }), _jsx(Choice, { of: "area", values: areas, text: (each) => each }), filter.value !== NO_FILTER && (_jsx("button", { type: "button", class: "plain", onClick: () => (filter.value = NO_FILTER), children: t("no-filter") }))] }));
}
function Row({ id }) {
    const row = items.find(id)?.value;
    if (!row)
        return null;
    const { view, conversation } = route.value;
    const name = names.value.get(row.customer_id);
    const subject = row.subject ?? words.value.get(id) ?? "";
    return (_jsxs("a", { class: `row${current.value === id ? " current" : ""}`, id: `row-${id}`, href: pathOf({ view, conversation: id }), "aria-current": conversation === id ? "true" : undefined, onClick: (event) => {
            current.value = id;
            follow(event, { conversation: id });
        }, children: [_jsxs("span", { class: "row-top", children: [_jsx("strong", { class: "who", dir: "auto", children: name ?? t("no-name") }), _jsx(Wait, { since: row.waiting_since, status: row.status })] }), _jsx("span", { class: "row-subject", dir: "auto", children: subject || t("no-subject") }), _jsxs("span", { class: "row-marks", children: [row.priority !== "normal" && _jsx("span", { class: `mark priority-${row.priority}`, children: named("priority", row.priority) }), row.due_at && _jsx(Due, { at: row.due_at, missed: row.due_missed, warned: row.due_warned }), row.undelivered_since && _jsx("span", { class: "mark bad", title: full(row.undelivered_since), children: t("undelivered") }), row.person_requested_at && _jsx("span", { class: "mark strong", children: t("wants-a-person") }), row.kinds.map((kind) => _jsx("span", { class: "mark", children: named("kind", kind) }, kind)), row.product_area && _jsx("span", { class: "mark", dir: "auto", children: row.product_area }), _jsx("span", { class: "quiet", children: row.agent_id ? (names.value.get(row.agent_id) ?? "") : row.team_id ? (names.value.get(row.team_id) ?? "") : t("nobody") })] })] }));
}
const DAY_MS = 86_400_000;
export function Wait({ since, status }) {
    if (!since)
        return _jsx("span", { class: "wait quiet", children: named("status", status) });
    const ms = now.value - Date.parse(since);
    const tone = ms > 3 * DAY_MS ? "bad" : ms > DAY_MS ? "warn" : "";
    return _jsx("time", { class: `wait ${tone}`, dateTime: since, title: full(since), children: t("waits", { time: long(ms) }) });
}
export function Due({ at, missed, warned }) {
    const over = missed || Date.parse(at) < now.value;
    return (_jsx("time", { class: `mark ${over ? "bad" : warned ? "warn" : ""}`, dateTime: at, title: full(at), children: over ? t("was-due", { time: when(at) }) : t("due", { time: when(at) }) }));
}
export function Inbox() {
    useLayoutEffect(() => {
        const measured = () => {
            const size = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
            rowHeight.value = Math.round(size * 5.25);
        };
        measured();
        addEventListener("resize", measured);
        return () => removeEventListener("resize", measured);
    }, []);
    const ids = listed.value;
    const refused = inbox.refused.value;
    return (_jsxs("section", { class: "inbox", "aria-label": t("inbox"), children: [_jsx("h2", { class: "hidden", children: t("inbox") }), _jsx(Views, {}), _jsx(Filters, {}), refused && refused.status !== 401 ? (_jsx(NotShown, { why: refused, gone: t("forbidden") })) : ids.length ? (_jsx(List, { ids: ids, height: rowHeight.value, label: t(`view-${route.value.view}`), current: current.value, row: (id) => _jsx(Row, { id: id }) })) : inbox.loaded.value ? (_jsx(Empty, { text: t(`empty-${route.value.view}`), ...(filter.value === NO_FILTER ? {} : { more: t("empty-by-filter") }) })) : (_jsx(Loading, { what: t("loading-inbox") }))] }));
}
