import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// Hand a conversation over to another team, with the reason.
import { useSignal } from "@preact/signals";
import { names, staff, teams } from "./desk.js";
import { Form } from "./form.js";
import { t } from "./words.js";
export function HandOver({ open, row, close }) {
    const team = useSignal("");
    const agent = useSignal("");
    const because = useSignal("");
    const people = staff.value.filter((each) => each.team_id === team.value && each.left_at === null && each.roles?.includes("agent"));
    const submit = () => {
        const before = { team_id: row.team_id, agent_id: row.agent_id };
        const body = { team_id: team.value, agent_id: agent.value || null, because: because.value.trim() || null };
        void open.do("do-hand-over", "POST", "/hand-overs", body).then((made) => {
            if (made.why.peek())
                return;
            open.undo.value = { what: "do-hand-over", undo: () => void open.do("do-hand-back", "PUT", "/assignee", before) };
        });
    };
    const from = [row.agent_id, row.team_id].filter((id) => id !== null).map((id) => names.value.get(id) ?? id).join(" · ") || t("nobody");
    const to = [agent.value, team.value].filter(Boolean).map((id) => names.value.get(id) ?? id).join(" · ");
    return (_jsxs(Form, { title: t("do-hand-over"), does: t("do-hand-over"), submit: submit, close: close, preview: team.value ? _jsx("p", { children: t("hand-over-preview", { from, to }) }) : null, children: [_jsxs("label", { children: [t("to-team"), _jsxs("select", { required: true, value: team.value, onChange: (event) => {
                            team.value = event.currentTarget.value;
                            agent.value = "";
                        }, children: [_jsx("option", { value: "", children: t("choose") }), teams.value.filter((each) => each.id !== row.team_id).map((each) => _jsx("option", { value: each.id, children: each.name }, each.id))] })] }), _jsxs("label", { children: [t("to-person"), _jsxs("select", { value: agent.value, onChange: (event) => (agent.value = event.currentTarget.value), children: [_jsx("option", { value: "", children: t("anybody") }), people.map((each) => _jsx("option", { value: each.id, children: each.name }, each.id))] })] }), _jsxs("label", { children: [t("because"), _jsx("textarea", { rows: 3, maxLength: 2000, dir: "auto", value: because.value, onInput: (event) => (because.value = event.currentTarget.value) })] })] }));
}
