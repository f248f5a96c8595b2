// What is measured: the definitions, and the figures of the one that is open.
import { signal } from "@preact/signals";
import { read, Refused, Unreachable } from "./api.js";
/** The page beside the measures that shows where work waits. */
export const PROCESS = "process-map";
export const measures = signal(null);
/** Why the list is not shown. */
export const refused = signal(null);
/** How many months, the present one among them, and by what they are told apart. */
export const months = signal(6);
export const slice = signal("");
/** The day at whose end the figures are shown as they were known; "" for now. */
export const known = signal("");
export const shown = signal(null);
let under = null;
/** Read which measures there are. */
export async function list() {
    try {
        ({ measures: measures.value } = await read("/measures"));
    }
    catch (error) {
        if (error instanceof Refused)
            refused.value = error;
        else if (!(error instanceof Unreachable))
            throw error;
    }
}
/** A day, as the API and fields of dates write it. */
export const day = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
/** The span that is asked for, whole months, this one the last; and as known when. */
export function span() {
    const now = new Date();
    const from = new Date(now.getFullYear(), now.getMonth() + 1 - months.value, 1);
    const then = known.value ? { known_at: new Date(`${known.value}T23:59:59`).toISOString() } : {};
    return { from: day(from), to: day(new Date(now.getFullYear(), now.getMonth() + 1, 1)), ...then };
}
/** What the figures of a measure are asked by. */
export function asked() {
    return { ...span(), by: "month", ...(slice.value ? { slice: slice.value } : {}) };
}
/** Read one of them, as it is chosen now. */
export async function show(name) {
    under?.abort();
    const { signal } = (under = new AbortController());
    shown.value = null;
    try {
        const of = name === PROCESS;
        const map = of ? await read("/process-map", { params: span(), signal }) : null;
        const [figures, goals] = of ? [null, null] : await Promise.all([
            read(`/measures/${name}`, { params: asked(), signal }),
            read(`/measures/${name}/goal`, { params: { ...span(), by: "month" }, signal }),
        ]);
        shown.value = { figures, goals, map, failed: null };
    }
    catch (error) {
        if (signal.aborted)
            return;
        if (!(error instanceof Refused || error instanceof Unreachable))
            throw error;
        shown.value = { figures: null, goals: null, map: null, failed: error };
    }
}
