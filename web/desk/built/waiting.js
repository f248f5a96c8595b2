import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { value } from "./figures.js";
import { number } from "./times.js";
import { named, t } from "./words.js";
const MOST = 40; // rows that are shown
export function WaitingTable({ page }) {
    const map = page.rows[0]?.map;
    if (!map || map.too_small)
        return _jsx("p", { class: "quiet", children: t("too-few") });
    return (_jsxs("div", { class: "scrolled", tabIndex: 0, role: "region", "aria-label": t("process-map"), children: [_jsxs("table", { children: [_jsx("caption", { children: t(page.calendar ? "waiting-caption" : "waiting-caption-wall", { number: number(map.conversations ?? 0), zone: page.zone }) }), _jsx("thead", { children: _jsxs("tr", { children: [_jsx("th", { scope: "col", children: t("from-step") }), _jsx("th", { scope: "col", children: t("to-step") }), _jsx("th", { scope: "col", children: t("how-often") }), _jsx("th", { scope: "col", children: t("median-wait") }), _jsx("th", { scope: "col", children: t("interval") }), _jsx("th", { scope: "col", children: t("share-of-waiting") })] }) }), _jsx("tbody", { children: map.edges.slice(0, MOST).map((edge) => (_jsxs("tr", { children: [_jsx("th", { scope: "row", children: named("node", edge.first) }), _jsx("td", { children: named("node", edge.then) }), _jsx("td", { children: number(edge.number) }), _jsx("td", { children: edge.waiting ? value(edge.waiting.p50.value, "seconds") : "–" }), _jsx("td", { children: edge.waiting ? [edge.waiting.p50.low, edge.waiting.p50.high].map((each) => (each === null ? "?" : value(each, "seconds"))).join(" – ") : "–" }), _jsx("td", { class: "figure", children: edge.share === null ? "–" : value(edge.share, "share") })] }, `${edge.first} ${edge.then}`))) })] }), Boolean(map.hidden_edges) && _jsx("p", { class: "quiet", children: t("hidden-edges", { number: map.hidden_edges ?? 0 }) })] }));
}
