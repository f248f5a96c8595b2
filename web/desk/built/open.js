// A conversation that is open: what the stream has brought of it, and what this person is doing in it.
import { signal } from "@preact/signals";
import { act } from "./acts.js";
import { EMPTY } from "./draft.js";
import { Known } from "./known.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
import { say } from "./say.js";
import { Then } from "./then.js";
import { t } from "./words.js";
export const SHOWN = 150; // lines at first, and with each further step
export class Open {
    id;
    conversation = new Rows(["conversation_id"]);
    lines = new Rows(["conversation_id", "version"]);
    receipts = new Rows(["message_id"]);
    clocks = new Rows(["conversation_id"]);
    contact = signal(null);
    acts = signal([]);
    undo = signal(null);
    draft;
    known;
    live;
    /** How it was once, while somebody looks at that. */
    then = signal(null);
    /** How many of the newest lines are shown. */
    most = signal(SHOWN);
    constructor(id) {
        this.id = id;
        this.draft = drafts.get(id) ?? signal(EMPTY);
        drafts.set(id, this.draft);
        this.known = new Known(id);
        const { conversation, lines, receipts, clocks } = this;
        this.live = new Live(`/conversations/${id}`, { conversation, lines, receipts, clocks });
    }
    /** The lines in the order in which things happened. */
    ordered() {
        return inOrder(this.lines.all());
    }
    /** The row of the conversation itself, once it has come. */
    row() {
        return this.conversation.find(this.id)?.value;
    }
    /** Do something with it; what is refused is left to whoever asked. */
    do(what, method, path, body, more = {}) {
        return this.ask({ what, method, path: `/conversations/${this.id}${path}`, body, ...more });
    }
    /** The same, of something else. `reached`: waits until the page shows it. */
    ask(asked, reached = (position) => this.live.reached(position)) {
        const { act: made, done } = act(asked, reached);
        this.acts.value = [...this.acts.peek(), made];
        this.undo.value = null;
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
/** Lines in the order in which things happened. */
export function inOrder(lines) {
    return lines.sort((one, other) => Date.parse(one.occurred_at) - Date.parse(other.occurred_at) || one.place - other.place);
}
/** What somebody is writing, by conversation: it stays while they look elsewhere. In memory only. */
const drafts = new Map();
/** Whether something is written that was not sent. */
export const unsent = () => [...drafts.values()].some((draft) => draft.peek().text.trim() !== "" || draft.peek().files.length > 0);
export const opened = signal(null);
