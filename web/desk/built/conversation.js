import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
// One conversation: its status and what one may do with it, both voices in order, the composer, and what else is known.
import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { act } from "./acts.js";
import { read } from "./api.js";
import { Aside } from "./aside.js";
import { Composer } from "./composer.js";
import { know, me, names, teams } from "./desk.js";
import { Due, Wait } from "./inbox.js";
import { LineShown, Pending } from "./line.js";
import { Go } from "./link.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { go } from "./route.js";
import { say } from "./say.js";
import { Loading, NotShown } from "./states.js";
import { full, number } from "./times.js";
import { named, t } from "./words.js";
/** A conversation that is open: what the stream has brought, and what this person is doing in it. */
export class Open {
    id;
    conversation = new Rows(["conversation_id"]);
    lines = new Rows(["conversation_id", "version"]);
    receipts = new Rows(["message_id"]);
    clocks = new Rows(["conversation_id"]);
    contact = signal(null);
    acts = signal([]);
    draft;
    live;
    /** How many of the newest lines are shown. */
    most = signal(SHOWN);
    constructor(id) {
        this.id = id;
        this.draft = drafts.get(id) ?? signal({ kind: "reply", text: "", since: null, why: null });
        drafts.set(id, this.draft);
        const { conversation, lines, receipts, clocks } = this;
        this.live = new Live(`/conversations/${id}`, { conversation, lines, receipts, clocks });
    }
    /** The lines in the order in which things happened. */
    ordered() {
        return this.lines.all().sort((one, other) => Date.parse(one.occurred_at) - Date.parse(other.occurred_at) || one.place - other.place);
    }
    /** The row of the conversation itself, once it has come. */
    row() {
        return this.conversation.find(this.id)?.value;
    }
    /** Do something with it; what is refused is left to whoever asked. */
    do(what, method, path, body, text = "", version) {
        const asked = { what, text, method, path: `/conversations/${this.id}${path}`, body, ...(version === undefined ? {} : { version }) };
        const { act: made, done } = act(asked, (position) => this.live.reached(position));
        this.acts.value = [...this.acts.peek(), made];
        return done.then((state) => {
            // What was refused without words of one's own stays in sight until the next one.
            const over = (each) => each === made && (state === "shown" || made.text !== "");
            this.acts.value = this.acts.peek().filter((each) => !over(each));
            say(state === "shown" ? t("act-done", { what: t(made.what) }) : t("act-refused", { what: t(made.what) }));
            return made;
        });
    }
    dismiss(made) {
        this.acts.value = this.acts.peek().filter((each) => each !== made);
    }
}
const SHOWN = 150;
/** What somebody is writing, by conversation: it stays while they look elsewhere. In memory only. */
const drafts = new Map();
/** Whether something is written that was not sent. */
export const unsent = () => [...drafts.values()].some((draft) => draft.peek().text.trim() !== "");
export const opened = signal(null);
export function Conversation({ id }) {
    useEffect(() => {
        const open = new Open(id);
        open.live.start();
        opened.value = open;
        let customer = "";
        let newest = 0;
        const stop = open.live.loaded.subscribe(() => { });
        const heard = open.live.position.subscribe((position) => {
            if (!position)
                return; // nothing has come yet: what comes first is what was said before
            const row = open.conversation.find(id)?.peek();
            if (row && row.customer_id !== customer) {
                customer = row.customer_id;
                read(`/customers/${customer}/contact`)
                    .then(({ contact }) => {
                    open.contact.value = contact;
                    if (contact.name)
                        know([[contact.customer_id, contact.name]], []);
                })
                    .catch(() => undefined); // the page shows that no name is known
            }
            const last = open.ordered().filter((line) => line.author_kind === "customer").at(-1);
            if (last && newest && last.place > newest)
                say(t("customer-wrote"));
            newest = Math.max(newest, last?.place ?? 1);
        });
        return () => {
            stop();
            heard();
            open.live.stop();
        };
    }, [id]);
    const open = opened.value;
    if (!open || open.id !== id)
        return _jsx(Loading, { what: t("loading-conversation") });
    const refused = open.live.refused.value;
    if (refused && refused.status !== 401)
        return _jsx(NotShown, { why: refused, gone: t("conversation-gone") });
    const row = open.row();
    if (!open.live.loaded.value || !row)
        return _jsx(Loading, { what: t("loading-conversation") });
    return (_jsxs("article", { class: "conversation", "aria-label": t("conversation"), children: [_jsx(Head, { open: open, row: row }), _jsxs("div", { class: "conversation-body", children: [_jsx(Lines, { open: open }), _jsx(Aside, { open: open, row: row })] }), _jsx(Composer, { open: open, row: row })] }));
}
function Head({ open, row }) {
    const mine = row.agent_id !== null && row.agent_id === me.value?.id;
    const closed = row.status === "resolved" || row.status === "withdrawn";
    const may = me.value?.roles.some((role) => role === "agent" || role === "lead") ?? false;
    const status = (status) => void open.do(`do-${status.replaceAll("_", "-")}`, "PUT", "/status", { status });
    return (_jsxs("header", { class: "conversation-head", children: [_jsxs("button", { type: "button", class: "plain back", onClick: () => go({}), children: [_jsx("span", { "aria-hidden": "true", class: "arrow" }), " ", t("back")] }), _jsxs("div", { class: "titles", children: [_jsx("h2", { dir: "auto", children: row.subject ?? t("no-subject") }), _jsxs("p", { class: "row-marks", children: [_jsx(Go, { to: { customer: row.customer_id }, children: names.value.get(row.customer_id) ?? t("no-name") }), _jsx(Wait, { since: row.waiting_since, status: row.status }), row.due_at && _jsx(Due, { at: row.due_at, missed: row.due_missed, warned: row.due_warned }), row.priority !== "normal" && _jsx("span", { class: `mark priority-${row.priority}`, children: named("priority", row.priority) }), row.kinds.map((kind) => _jsx("span", { class: "mark", children: named("kind", kind) }, kind)), row.undelivered_since && _jsx("span", { class: "mark bad", title: full(row.undelivered_since), children: t("undelivered") }), row.person_requested_at && _jsx("span", { class: "mark strong", children: t("wants-a-person") }), row.merged_into && _jsx("span", { class: "mark strong", children: t("merged") })] })] }), may && (_jsxs("div", { class: "doing", children: [_jsxs("label", { children: [_jsx("span", { class: "hidden", children: t("team") }), _jsxs("select", { value: row.team_id ?? "", onChange: (event) => void open.do("do-assign", "PUT", "/assignee", { team_id: event.currentTarget.value || null, agent_id: null }), children: [_jsx("option", { value: "", children: t("no-team") }), teams.value.map((team) => _jsx("option", { value: team.id, children: team.name }, team.id))] })] }), !mine && (_jsx("button", { type: "button", onClick: () => void open.do("do-take", "PUT", "/assignee", { team_id: row.team_id, agent_id: me.value.id }), children: t("take") })), row.status === "open" && _jsx("button", { type: "button", onClick: () => status("waiting_on_customer"), children: t("do-waiting-on-customer") }), closed || row.status !== "open"
                        ? _jsx("button", { type: "button", onClick: () => status("open"), children: t("do-open") })
                        : null, !closed && _jsx("button", { type: "button", onClick: () => status("resolved"), children: t("do-resolved") })] }))] }));
}
function Lines({ open }) {
    const box = useRef(null);
    const atEnd = useRef(true);
    void open.lines.changes.value;
    const lines = open.ordered();
    const shown = lines.slice(-open.most.value);
    const pending = open.acts.value;
    // Whoever reads the end goes on seeing it; whoever reads further up is not moved.
    useLayoutEffect(() => {
        if (atEnd.current)
            box.current.scrollTop = box.current.scrollHeight;
    }, [lines.length, pending.length]);
    return (_jsxs("div", { class: "lines", ref: box, tabIndex: 0, role: "region", "aria-label": t("lines"), onScroll: ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (atEnd.current = scrollTop + clientHeight > scrollHeight - 40), children: [lines.length > shown.length && (_jsx("button", { type: "button", class: "plain", onClick: () => (open.most.value += SHOWN), children: t("earlier", { number: number(lines.length - shown.length) }) })), _jsxs("ol", { children: [shown.map((line) => (_jsx(LineShown, { line: line, open: open }, `${line.conversation_id} ${line.version}`))), pending.map((each) => _jsx(Pending, { act: each, dismiss: () => open.dismiss(each) }, each.key))] })] }));
}
