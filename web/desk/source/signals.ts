// The design board: the signals that teams have, live, and the one that is open with what speaks for it.

import { signal } from "@preact/signals";
import { act } from "./acts.js";
import type { Act } from "./acts.js";
import { read, readAll, Refused, Unreachable } from "./api.js";
import type { BoardRow, Closing, SignalPage, Verbatim } from "./api.js";
import { mine } from "./desk.js";
import { Live } from "./live.js";
import { Rows } from "./rows.js";

export const LANES = ["new", "asked-back", "planned", "shipped", "declined"] as const;
export const signals = new Rows<BoardRow>(["signal_id"]);
export const board = new Live("/board", { signals });
/** The stage of the company's cycle that is shown; "" for all. */
export const stage = signal("");

/** The signals of a lane, the longest routed first. */
export function inLane(lane: string): BoardRow[] {
  void signals.changes.value;
  return signals.all()
    .filter((row) => row.lane === lane && (!stage.value || row.stage === stage.value))
    .sort((one, other) => Date.parse(one.routed_at) - Date.parse(other.routed_at));
}

const MOST = 500; // owed answers that are read

export class OpenSignal {
  readonly page = signal<SignalPage | null>(null);
  /** What customers said; null where whoever looks may not read that. */
  readonly verbatims = signal<readonly Verbatim[] | null>(null);
  readonly closings = signal<readonly Closing[]>([]);
  readonly failed = signal<Refused | Unreachable | null>(null);
  readonly acts = signal<readonly Act[]>([]);

  constructor(readonly id: string) {
    void this.read(0);
  }

  /** Read it, as of this position or later. */
  async read(position: number): Promise<void> {
    const path = `/signals/${this.id}`;
    const headers = { "At-Least": String(position) };
    try {
      [this.page.value, this.closings.value] = await Promise.all([
        read<SignalPage>(path, { headers }), readAll<Closing>(`${path}/closings`, "closings", MOST, { headers }),
      ]);
      this.failed.value = null;
      if (mine().includes("inbox")) ({ verbatims: this.verbatims.value } = await read<{ verbatims: Verbatim[] }>(`${path}/verbatims`, { headers }));
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      this.failed.value = error;
    }
  }

  /** Answer it for the team that has it. Gives whether that was taken. */
  async answer(body: { answer: string; text: string | null; due_at: string | null }): Promise<boolean> {
    const asked = { what: `answer-${body.answer}`, method: "PUT", path: `/signals/${this.id}/answer`, body };
    const { act: made, done } = act(asked, async (position) => {
      await board.reached(position);
      await this.read(position);
    });
    this.acts.value = [made];
    const state = await done;
    if (state === "shown") this.acts.value = [];
    return state === "shown";
  }

  dismiss(): void {
    this.acts.value = [];
  }
}
