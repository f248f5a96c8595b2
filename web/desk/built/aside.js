import { jsx as _jsx, Fragment as _Fragment, jsxs as _jsxs } from "preact/jsx-runtime";
import { useEffect } from "preact/hooks";
import { may, names } from "./desk.js";
import { languageName } from "./inbox.js";
import { PromiseShown } from "./promise.js";
import { full, long, short, when, zone } from "./times.js";
import { named, t } from "./words.js";
export function Aside({ open, row }) {
    const { known } = open;
    useEffect(() => void known.read(open.live.position.peek()), [open, row.version, open.clocks.changes.value]);
    const settle = (asked) => void open.ask(asked, (position) => known.read(position));
    const contact = open.contact.value;
    const clocks = known.clocks.value;
    const promises = known.promises.value;
    const participants = known.participants.value.filter((each) => each.until === null);
    return (_jsxs("aside", { class: "known", "aria-label": t("known"), children: [known.away.value && _jsx("p", { class: "mark warn", children: t("known-away") }), _jsx("h3", { children: t("customer") }), _jsxs("dl", { children: [_jsx("dt", { children: t("name") }), _jsx("dd", { dir: "auto", children: contact?.name ?? t("no-name") }), contact?.points.map((point, at) => [
                        _jsx("dt", { children: named("contact", String(point["kind"])) }, `kind ${at}`),
                        _jsx("dd", { dir: "auto", children: String(point["value"]) }, `value ${at}`),
                    ]), row.language && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("language") }), _jsx("dd", { children: languageName(row.language) })] }), contact?.zone && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("zone") }), _jsx("dd", { children: contact.zone })] }), row.segment && _jsxs(_Fragment, { children: [_jsx("dt", { children: t("segment") }), _jsx("dd", { dir: "auto", children: row.segment })] }), _jsx("dt", { children: t("with") }), _jsx("dd", { dir: "auto", children: [row.agent_id, row.team_id].filter((id) => id !== null).map((id) => names.value.get(id) ?? id).join(" · ") || t("nobody") })] }), _jsx("h3", { children: t("clocks") }), clocks.length ? clocks.map((clock) => _jsx(ClockShown, { clock: clock }, `${clock.metric} ${clock.instance}`)) : _jsx("p", { class: "quiet", children: t("no-clocks") }), _jsx("h3", { children: t("promises") }), promises.length ? promises.map((each) => _jsx(PromiseShown, { promise: each, settle: may() ? settle : null }, each.promise_id)) : _jsx("p", { class: "quiet", children: t("no-promises") }), participants.length > 0 && (_jsxs(_Fragment, { children: [_jsx("h3", { children: t("participants") }), _jsx("ul", { children: participants.map((each) => (_jsx("li", { dir: "auto", children: names.value.get(each.participant_id) ?? each.contact ?? t("a-participant") }, each.participant_id))) })] })), _jsx("p", { class: "quiet", children: t("times-in-zone", { zone: zone() }) })] }));
}
function ClockShown({ clock }) {
    const over = clock.breached_at !== null && !clock.breach_withdrawn;
    return (_jsxs("details", { class: "clock", children: [_jsxs("summary", { children: [named("metric", clock.metric), " ", _jsx("span", { class: `mark ${over ? "bad" : ""}`, children: named("clock", clock.state) }), " ", clock.due_at && clock.state === "running" && _jsx("time", { dateTime: clock.due_at, title: full(clock.due_at), children: t(over ? "was-due" : "due", { time: when(clock.due_at) }) })] }), _jsxs("p", { children: [t("clock-why", { started: short(clock.started_at), used: long(clock.consumed_seconds * 1000), version: String(clock.policy_version) }), over && _jsxs(_Fragment, { children: [" ", t("clock-over", { time: short(clock.breached_at) })] }), clock.calendar_never_opens && _jsxs(_Fragment, { children: [" ", t("clock-never")] })] }), _jsx("ol", { class: "stretches", children: clock.stretches.slice(-20).map((each, at) => (_jsxs("li", { children: [_jsx("time", { dateTime: each.start, children: short(each.start) }), " – ", each.end ? _jsx("time", { dateTime: each.end, children: short(each.end) }) : t("still-runs")] }, at))) })] }));
}
