import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useEffect, useMemo } from "preact/hooks";
import { names } from "./desk.js";
import { Due } from "./inbox.js";
import { route } from "./route.js";
import { Go } from "./link.js";
import { board, inLane, LANES, OpenSignal, stage } from "./signals.js";
import { SignalShown } from "./signalpage.js";
import { Loading, NotShown } from "./states.js";
import { full, number, short } from "./times.js";
import { named, t } from "./words.js";
const STAGES = ["design", "production", "distribution", "sales", "service"];
export function Board() {
    useEffect(() => {
        board.start();
        return () => board.stop();
    }, []);
    const { about } = route.value;
    const refused = board.refused.value;
    if (refused && refused.status !== 401)
        return _jsx(NotShown, { why: refused, gone: t("forbidden") });
    if (!board.loaded.value)
        return _jsx(Loading, { what: t("loading-board") });
    return (_jsxs("div", { class: about ? "board-screen open" : "board-screen", children: [_jsxs("section", { class: "board", "aria-label": t("board"), children: [_jsx("div", { class: "filters", children: _jsxs("select", { "aria-label": t("stage"), value: stage.value, onChange: (event) => (stage.value = event.currentTarget.value), children: [_jsx("option", { value: "", children: t("every-stage") }), STAGES.map((each) => _jsx("option", { value: each, children: named("stage", each) }, each))] }) }), _jsx("div", { class: "lanes", children: LANES.map((lane) => _jsx(Lane, { lane: lane }, lane)) })] }), about && _jsx(One, { id: about }, about)] }));
}
function One({ id }) {
    const open = useMemo(() => new OpenSignal(id), [id]);
    return _jsx(SignalShown, { open: open });
}
function Lane({ lane }) {
    const rows = inLane(lane);
    return (_jsxs("section", { class: "lane", children: [_jsxs("h2", { children: [named("lane", lane), " ", _jsx("span", { class: "count", children: number(rows.length) })] }), rows.length === 0 && _jsx("p", { class: "quiet", children: t("empty-lane") }), _jsx("ul", { children: rows.map((row) => _jsx("li", { children: _jsx(Card, { row: row }) }, row.signal_id)) })] }));
}
function Card({ row }) {
    return (_jsxs("div", { class: `card ${route.value.about === row.signal_id ? "current" : ""}`, children: [_jsxs(Go, { to: { screen: "board", about: row.signal_id }, current: route.value.about === row.signal_id, children: [row.area, " \u00B7 ", row.theme] }), _jsxs("p", { class: "row-marks", children: [_jsx("span", { class: `mark ${row.strength === "strong" ? "strong" : ""}`, children: named("strength", row.strength) }), _jsx("span", { class: "mark", children: named("stage", row.stage) }), _jsx("span", { children: t("people", { number: number(row.people) }) }), _jsx("span", { class: "quiet", dir: "auto", children: names.value.get(row.team_id) ?? row.team_id }), row.due_at && _jsx(Due, { at: row.due_at, missed: row.missed_at !== null, warned: false }), row.launch_due_at && _jsx("time", { class: "mark", dateTime: row.launch_due_at, title: full(row.launch_due_at), children: t("launch", { time: short(row.launch_due_at, true) }) }), row.overdue_at && _jsx("span", { class: "mark bad", children: t("promise-overdue") })] }), row.said && _jsx("q", { class: "quiet", dir: "auto", children: row.said })] }));
}
