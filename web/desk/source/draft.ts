// What somebody is writing: a reply, a note or a promise, and the files that go with it.

import { signal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { call, Refused, Unreachable } from "./api.js";
import type { Attachment, ContentDone } from "./api.js";

export interface Draft {
  kind: "reply" | "note" | "promise";
  text: string;
  /** The day of a promise. */
  due: string;
  files: readonly Attached[];
  /** The version of the conversation that its writer saw as they began; null while nothing is written. */
  since: number | null;
  /** Why it was refused, or that it is held because the conversation changed. */
  why: Refused | "changed" | null;
}

export const EMPTY: Draft = { kind: "reply", text: "", due: "", files: [], since: null, why: null };

/** A file that goes with a reply: kept, sealed under the customer's key, before the reply is sent. */
export class Attached {
  /** What the reply says of it, once it is kept. */
  readonly kept: Signal<Attachment | null> = signal(null);
  /** Why it is not kept. */
  readonly why: Signal<Refused | Unreachable | null> = signal(null);
  readonly id = crypto.randomUUID();

  constructor(readonly file: File, private readonly customer: string) {
    void this.keep();
  }

  /** Have it kept; again, where nobody answered. */
  async keep(): Promise<void> {
    this.why.value = null;
    try {
      const headers = { "Idempotency-Key": this.id };
      const answer = await call("POST", `/customers/${this.customer}/content`, { headers, file: this.file });
      const { id, size, type, sha256 } = (await answer.json()) as ContentDone;
      this.kept.value = { id: this.id, name: this.file.name.slice(0, 200), type, size, sha256, content_id: id };
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      this.why.value = error;
    }
  }
}
