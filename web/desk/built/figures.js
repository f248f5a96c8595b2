import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
import { long, number } from "./times.js";
import { locale, named, t } from "./words.js";
/** A value of a measure, in its unit. */
export function value(of, unit) {
    if (unit === "share")
        return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(of);
    if (unit === "seconds")
        return long(of * 1000);
    return new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(of);
}
/** The figure itself, and the bounds of its interval. */
function parts({ share, low, high, quantity, rate }) {
    if (quantity)
        return { figure: quantity.p50.value, low: quantity.p50.low, high: quantity.p50.high };
    return { figure: share ?? rate, low, high };
}
/** The figures of a page, and how its periods stand to their goals: the whole, not its groups. */
export function FigureTable({ page, goals }) {
    const rows = page.rows;
    const { unit } = page.measure;
    const aimed = goals.some((each) => each.goal !== null);
    const sliced = rows.some((row) => row.slice !== null);
    return (_jsx("div", { class: "scrolled", tabIndex: 0, role: "region", "aria-label": t("figures"), children: _jsxs("table", { children: [_jsx("caption", { children: t(unit === "share" || unit === "per-100-orders" ? "figures-caption" : "figures-caption-median", { zone: page.zone }) }), _jsx("thead", { children: _jsxs("tr", { children: [_jsx("th", { scope: "col", children: t("period") }), sliced && _jsx("th", { scope: "col", children: t("slice") }), _jsx("th", { scope: "col", children: t("figure") }), _jsx("th", { scope: "col", children: t("interval") }), aimed && _jsx("th", { scope: "col", children: t("goal") }), _jsx("th", { scope: "col", children: t("items") }), _jsx("th", { scope: "col", children: t("still-open") }), _jsx("th", { scope: "col", children: t("not-counted") })] }) }), _jsx("tbody", { children: rows.map((row) => _jsx(Row, { row: row, unit: unit, sliced: sliced, aimed: aimed, goal: row.slice === null ? goals.find((each) => each.period === row.period) : undefined }, `${row.period} ${row.slice ?? ""}`)) })] }) }));
}
function Row({ row, unit, sliced, aimed, goal }) {
    const figure = row.figure;
    const { figure: says, low, high } = parts(figure);
    const left = Object.values(figure.excluded ?? {}).reduce((sum, each) => sum + each, 0) + (figure.unknown ?? 0);
    return (_jsxs("tr", { children: [_jsx("th", { scope: "row", children: row.period }), sliced && _jsx("td", { dir: "auto", children: row.slice ?? t("all-slices") }), figure.too_small ? (_jsx("td", { colSpan: aimed ? 6 : 5, class: "quiet", children: t("too-few") })) : (_jsxs(_Fragment, { children: [_jsx("td", { class: "figure", children: says === null ? "–" : value(says, unit) }), _jsx("td", { children: low === null && high === null ? "–" : `${low === null ? "?" : value(low, unit)} – ${high === null ? "?" : value(high, unit)}` }), aimed && _jsx("td", { children: goal?.goal ? _jsx(Goal, { standing: goal, unit: unit }) : "–" }), _jsx("td", { children: number(figure.n ?? 0) }), _jsx("td", { children: number(figure.open ?? 0) }), _jsx("td", { children: number(left) })] }))] }));
}
/** The goal of a period: its target, whether it is attained, and what it comes to by what is still open. */
function Goal({ standing: { goal, attained, forecast, warning }, unit }) {
    return (_jsxs(_Fragment, { children: [value(goal.target, unit), " ", _jsx("span", { class: `mark ${attained === false ? "bad" : ""}`, children: t(attained === null ? "goal-unknown" : attained ? "goal-attained" : "goal-missed") }), " ", warning ? _jsx("span", { class: "mark warn", children: t("goal-warning") }) : forecast === "unknown" ? null : _jsx("span", { class: "quiet", children: named("forecast", forecast) })] }));
}
