// The design board: signals in lanes, each with its evidence and who has it; and one signal beside them.

import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { BoardRow } from "./api.js";
import { names } from "./desk.js";
import { Due } from "./inbox.js";
import { route } from "./route.js";
import { Go } from "./link.js";
import { board, inLane, LANES, OpenSignal, stage } from "./signals.js";
import { SignalShown } from "./signalpage.js";
import { Loading, NotShown } from "./states.js";
import { full, number, short } from "./times.js";
import { named, t } from "./words.js";

const STAGES = ["design", "production", "distribution", "sales", "service"] as const;

export function Board(): JSX.Element {
  useEffect(() => {
    board.start();
    return () => board.stop();
  }, []);
  const { about } = route.value;
  const refused = board.refused.value;
  if (refused && refused.status !== 401) return <NotShown why={refused} gone={t("forbidden")} />;
  if (!board.loaded.value) return <Loading what={t("loading-board")} />;
  return (
    <div class={about ? "board-screen open" : "board-screen"}>
      <section class="board" aria-label={t("board")}>
        <div class="filters">
          <select aria-label={t("stage")} value={stage.value} onChange={(event) => (stage.value = event.currentTarget.value)}>
            <option value="">{t("every-stage")}</option>
            {STAGES.map((each) => <option key={each} value={each}>{named("stage", each)}</option>)}
          </select>
        </div>
        <div class="lanes">{LANES.map((lane) => <Lane key={lane} lane={lane} />)}</div>
      </section>
      {about && <One id={about} key={about} />}
    </div>
  );
}

function One({ id }: { id: string }): JSX.Element {
  const open = useMemo(() => new OpenSignal(id), [id]);
  return <SignalShown open={open} />;
}

function Lane({ lane }: { lane: string }): JSX.Element {
  const rows = inLane(lane);
  return (
    <section class="lane">
      <h2>{named("lane", lane)} <span class="count">{number(rows.length)}</span></h2>
      {rows.length === 0 && <p class="quiet">{t("empty-lane")}</p>}
      <ul>{rows.map((row) => <li key={row.signal_id}><Card row={row} /></li>)}</ul>
    </section>
  );
}

function Card({ row }: { row: BoardRow }): JSX.Element {
  return (
    <div class={`card ${route.value.about === row.signal_id ? "current" : ""}`}>
      <Go to={{ screen: "board", about: row.signal_id }} current={route.value.about === row.signal_id}>{row.area} · {row.theme}</Go>
      <p class="row-marks">
        <span class={`mark ${row.strength === "strong" ? "strong" : ""}`}>{named("strength", row.strength)}</span>
        <span class="mark">{named("stage", row.stage)}</span>
        <span>{t("people", { number: number(row.people) })}</span>
        <span class="quiet" dir="auto">{names.value.get(row.team_id) ?? row.team_id}</span>
        {row.due_at && <Due at={row.due_at} missed={row.missed_at !== null} warned={false} />}
        {row.launch_due_at && <time class="mark" dateTime={row.launch_due_at} title={full(row.launch_due_at)}>{t("launch", { time: short(row.launch_due_at, true) })}</time>}
        {row.overdue_at && <span class="mark bad">{t("promise-overdue")}</span>}
      </p>
      {row.said && <q class="quiet" dir="auto">{row.said}</q>}
    </div>
  );
}
