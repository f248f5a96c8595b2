import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
import { may, me, names, teams } from "./desk.js";
import { Due, Wait } from "./inbox.js";
import { Go } from "./link.js";
import { move, separate, unite } from "./moves.js";
import { go } from "./route.js";
import { Then } from "./then.js";
import { full } from "./times.js";
import { named, t } from "./words.js";
export function Head({ open, row }) {
    const mine = row.agent_id !== null && row.agent_id === me.value?.id;
    const closed = row.status === "resolved" || row.status === "withdrawn";
    const acts = may();
    const status = (status) => void open.do(`do-${status.replaceAll("_", "-")}`, "PUT", "/status", { status });
    return (_jsxs("header", { class: "conversation-head", children: [_jsxs("button", { type: "button", class: "plain back", onClick: () => go({}), children: [_jsx("span", { "aria-hidden": "true", class: "arrow" }), " ", t("back")] }), _jsxs("div", { class: "titles", children: [_jsx("h2", { dir: "auto", children: row.subject ?? t("no-subject") }), _jsxs("p", { class: "row-marks", children: [_jsx(Go, { to: { customer: row.customer_id }, children: names.value.get(row.customer_id) ?? t("no-name") }), _jsx(Wait, { since: row.waiting_since, status: row.status }), row.due_at && _jsx(Due, { at: row.due_at, missed: row.due_missed, warned: row.due_warned }), row.priority !== "normal" && _jsx("span", { class: `mark priority-${row.priority}`, children: named("priority", row.priority) }), row.kinds.map((kind) => _jsx("span", { class: "mark", children: named("kind", kind) }, kind)), row.undelivered_since && _jsx("span", { class: "mark bad", title: full(row.undelivered_since), children: t("undelivered") }), row.person_requested_at && _jsx("span", { class: "mark strong", children: t("wants-a-person") })] }), _jsx(Joined, { open: open, row: row })] }), _jsxs("div", { class: "doing", children: [acts && _jsxs(_Fragment, { children: [_jsxs("label", { children: [_jsx("span", { class: "hidden", children: t("team") }), _jsxs("select", { value: row.team_id ?? "", onChange: (event) => void open.do("do-assign", "PUT", "/assignee", { team_id: event.currentTarget.value || null, agent_id: null }), children: [_jsx("option", { value: "", children: t("no-team") }), teams.value.map((team) => _jsx("option", { value: team.id, children: team.name }, team.id))] })] }), !mine && (_jsx("button", { type: "button", onClick: () => void open.do("do-take", "PUT", "/assignee", { team_id: row.team_id, agent_id: me.value.id }), children: t("take") })), row.status === "open" && _jsx("button", { type: "button", onClick: () => status("waiting_on_customer"), children: t("do-waiting-on-customer") }), closed || row.status !== "open"
                                ? _jsx("button", { type: "button", onClick: () => status("open"), children: t("do-open") })
                                : null, !closed && _jsx("button", { type: "button", onClick: () => status("resolved"), children: t("do-resolved") }), ["hand-over", "merge", "split"].map((each) => (_jsx("button", { type: "button", onClick: () => move(each), children: t(`${each}-begin`) }, each)))] }), !open.then.value && _jsx("button", { type: "button", onClick: () => (open.then.value = new Then(open.id, open.lines.all())), children: t("then") })] }), open.undo.value && (_jsxs("p", { class: "undo", role: "status", children: [t("act-done", { what: t(open.undo.value.what) }), " ", _jsx("button", { type: "button", onClick: () => open.undo.value?.undo(), children: t("undo") })] }))] }));
}
/** With what it is one matter, or of what it was a part; either is undone exactly. */
function Joined({ open, row }) {
    const other = row.merged_into ?? row.split_from;
    if (!other)
        return null;
    const merged = row.merged_into !== null;
    return (_jsxs("p", { class: "row-marks", children: [_jsx("span", { class: "mark strong", children: t(merged ? "merged" : "was-split") }), " ", _jsx(Go, { to: { conversation: other }, children: t("open-it") }), may() && _jsx("button", { type: "button", class: "plain", onClick: () => (merged ? separate(open) : unite(open, open.id)), children: t(merged ? "separate" : "undo-split") })] }));
}
