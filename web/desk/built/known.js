// What is known of a conversation and not in its stream: clocks with the times that counted, promises, who takes part.
import { signal } from "@preact/signals";
import { read, readAll } from "./api.js";
const MOST = 500;
export class Known {
    id;
    clocks = signal([]);
    promises = signal([]);
    participants = signal([]);
    away = signal(false);
    constructor(id) {
        this.id = id;
    }
    /** Read it, as of this position or later. */
    async read(position) {
        const path = `/conversations/${this.id}`;
        const headers = { "At-Least": String(position) };
        try {
            [this.clocks.value, this.promises.value, this.participants.value] = await Promise.all([
                read(`${path}/clocks`).then((page) => page.clocks),
                readAll(`${path}/promises`, "promises", MOST, { headers }),
                readAll(`${path}/participants`, "participants", MOST, { headers }),
            ]);
            this.away.value = false;
        }
        catch {
            this.away.value = true;
        }
    }
}
