// How a conversation was once: by what had been recorded until a time, or by what had happened until then.
import { signal } from "@preact/signals";
import { readAll, Refused } from "./api.js";
const PAUSE_MS = 200;
const MOST = 2000; // lines that are read of it
export class Then {
    id;
    now;
    mode = signal("known_at");
    /** At which of the times. */
    at = signal(0);
    lines = signal(null);
    failed = signal(null);
    #timer;
    #under = null;
    /** `now`: the lines as they are, whose times one may go back to. */
    constructor(id, now) {
        this.id = id;
        this.now = now;
        this.go(this.times().length - 1);
    }
    /** The times at which something was recorded, or happened, in order. */
    times(mode = this.mode.value) {
        const times = this.now.map((line) => (mode === "known_at" ? line.recorded_at : line.occurred_at));
        return [...new Map(times.map((each) => [Date.parse(each), each])).entries()].sort(([one], [other]) => one - other).map(([, each]) => each);
    }
    /** Go to one of the times. */
    go(at, mode = this.mode.peek()) {
        this.mode.value = mode;
        this.at.value = Math.max(0, Math.min(at, this.times(mode).length - 1));
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#read(), PAUSE_MS);
    }
    /** Read no more. */
    end() {
        clearTimeout(this.#timer);
        this.#under?.abort();
    }
    async #read() {
        this.#under?.abort();
        const { signal } = (this.#under = new AbortController());
        const mode = this.mode.peek();
        const time = this.times(mode)[this.at.peek()];
        try {
            this.lines.value = await readAll(`/conversations/${this.id}`, "lines", MOST, { params: { [mode]: time }, signal });
            this.failed.value = null;
        }
        catch (error) {
            if (signal.aborted)
                return;
            if (error instanceof Refused && error.status === 404)
                this.lines.value = []; // it was not there yet
            else
                this.failed.value = error;
        }
    }
}
