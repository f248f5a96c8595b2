// What somebody is writing: a reply, a note or a promise, and the files that go with it.
import { signal } from "@preact/signals";
import { call, Refused, Unreachable } from "./api.js";
export const EMPTY = { kind: "reply", text: "", due: "", files: [], since: null, why: null };
/** A file that goes with a reply: kept, sealed under the customer's key, before the reply is sent. */
export class Attached {
    file;
    customer;
    /** What the reply says of it, once it is kept. */
    kept = signal(null);
    /** Why it is not kept. */
    why = signal(null);
    id = crypto.randomUUID();
    constructor(file, customer) {
        this.file = file;
        this.customer = customer;
        void this.keep();
    }
    /** Have it kept; again, where nobody answered. */
    async keep() {
        this.why.value = null;
        try {
            const headers = { "Idempotency-Key": this.id };
            const answer = await call("POST", `/customers/${this.customer}/content`, { headers, file: this.file });
            const { id, size, type, sha256 } = (await answer.json());
            this.kept.value = { id: this.id, name: this.file.name.slice(0, 200), type, size, sha256, content_id: id };
        }
        catch (error) {
            if (!(error instanceof Refused || error instanceof Unreachable))
                throw error;
            this.why.value = error;
        }
    }
}
