// One live resource: its collections, kept as the stream tells them (docs/live.md is the whole protocol).
import { batch, signal } from "@preact/signals";
import { follow } from "./stream.js";
export class Live {
    path;
    collections;
    params;
    /** What is held is what a read at this position shows, where it is complete. */
    position = signal(0);
    complete = signal(false);
    /** Whether everything has come at least once. */
    loaded = signal(false);
    connection = signal("connecting");
    refused = signal(null);
    #stop = null;
    // any: each collection has rows of its own kind, which the stream's names tell apart.
    constructor(path, collections, params = {}) {
        this.path = path;
        this.collections = collections;
        this.params = params;
    }
    /** Follow the resource, until `stop`. */
    start() {
        this.#stop = new AbortController();
        void follow(this.path, this.params, {
            heard: (told) => this.#apply(told),
            became: (connection) => (this.connection.value = connection),
            refused: (why) => (this.refused.value = why),
        }, this.#stop.signal);
        return this;
    }
    stop() {
        this.#stop?.abort();
    }
    /** Wait until what is held is what a read at this position shows. */
    reached(position) {
        return new Promise((resolve) => {
            const stop = this.position.subscribe((at) => {
                if (at < position)
                    return;
                resolve();
                queueMicrotask(() => stop());
            });
        });
    }
    #apply(told) {
        if (told.name !== "state" && told.name !== "change")
            return;
        const data = JSON.parse(told.data);
        batch(() => {
            for (const [name, rows] of Object.entries(this.collections)) {
                if (told.name === "state")
                    rows.begin();
                const part = data[name];
                if (part)
                    rows.apply(part.changed, part.gone);
                if (data.complete)
                    rows.complete();
            }
            this.complete.value = data.complete;
            if (data.complete) {
                this.position.value = data.position;
                this.loaded.value = true;
            }
        });
    }
}
