// The design board: the signals that teams have, live, and the one that is open with what speaks for it.
import { signal } from "@preact/signals";
import { act } from "./acts.js";
import { read, readAll, Refused, Unreachable } from "./api.js";
import { mine } from "./desk.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";
export const LANES = ["new", "asked-back", "planned", "shipped", "declined"];
export const signals = new Rows(["signal_id"]);
export const board = new Live("/board", { signals });
/** The stage of the company's cycle that is shown; "" for all. */
export const stage = signal("");
/** The signals of a lane, the longest routed first. */
export function inLane(lane) {
    void signals.changes.value;
    return signals.all()
        .filter((row) => row.lane === lane && (!stage.value || row.stage === stage.value))
        .sort((one, other) => Date.parse(one.routed_at) - Date.parse(other.routed_at));
}
const MOST = 500; // owed answers that are read
export class OpenSignal {
    id;
    page = signal(null);
    /** What customers said; null where whoever looks may not read that. */
    verbatims = signal(null);
    closings = signal([]);
    failed = signal(null);
    acts = signal([]);
    constructor(id) {
        this.id = id;
        void this.read(0);
    }
    /** Read it, as of this position or later. */
    async read(position) {
        const path = `/signals/${this.id}`;
        const headers = { "At-Least": String(position) };
        try {
            [this.page.value, this.closings.value] = await Promise.all([
                read(path, { headers }), readAll(`${path}/closings`, "closings", MOST, { headers }),
            ]);
            this.failed.value = null;
            if (mine().includes("inbox"))
                ({ verbatims: this.verbatims.value } = await read(`${path}/verbatims`, { headers }));
        }
        catch (error) {
            if (!(error instanceof Refused || error instanceof Unreachable))
                throw error;
            this.failed.value = error;
        }
    }
    /** Answer it for the team that has it. Gives whether that was taken. */
    async answer(body) {
        const asked = { what: `answer-${body.answer}`, method: "PUT", path: `/signals/${this.id}/answer`, body };
        const { act: made, done } = act(asked, async (position) => {
            await board.reached(position);
            await this.read(position);
        });
        this.acts.value = [made];
        const state = await done;
        if (state === "shown")
            this.acts.value = [];
        return state === "shown";
    }
    dismiss() {
        this.acts.value = [];
    }
}
