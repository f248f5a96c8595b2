// What moves a conversation: hand it over, merge it with another one, split a message off. Each shows first what will be,
// and each is undone.

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { HandOver } from "./handover.js";
import { Merge } from "./merge.js";
import type { Item } from "./api.js";
import { may } from "./desk.js";
import { opened } from "./open.js";
import type { Open } from "./open.js";
import { Split } from "./split.js";
import { t } from "./words.js";

export type Move = "hand-over" | "merge" | "split";

const moving = signal<Move | null>(null);

/** Begin one of them, with the conversation that is open. */
export function move(which: Move): void {
  if (opened.peek()?.row() && may()) moving.value = which;
}

const close = (): void => void (moving.value = null);

export function Moves({ open, row }: { open: Open; row: Item }): JSX.Element | null {
  switch (moving.value) {
    case "hand-over":
      return <HandOver open={open} row={row} close={close} />;
    case "merge":
      return <Merge open={open} row={row} close={close} />;
    case "split":
      return <Split open={open} close={close} />;
    case null:
      return null;
  }
}

/** Undo a merge. */
export function separate(open: Open): void {
  void open.do("separate", "POST", "/separation", { reason: t("undone") });
}

/** Undo a split, by the conversation that it made. */
export function unite(open: Open, made: string): void {
  void open.ask({ what: "undo-split", method: "POST", path: `/conversations/${made}/undo-split`, body: { reason: t("undone") } });
}
