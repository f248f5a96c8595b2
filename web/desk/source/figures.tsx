// The figures of a measure as a table: by period and slice, with the interval, the number of items, and what is left out.

import type { JSX } from "preact";
import type { Figure, FigureRow, FiguresPage, GoalStanding } from "./api.js";
import { long, number } from "./times.js";
import { locale, named, t } from "./words.js";

type Unit = FiguresPage["measure"]["unit"];

/** A value of a measure, in its unit. */
export function value(of: number, unit: Unit): string {
  if (unit === "share") return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(of);
  if (unit === "seconds") return long(of * 1000);
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 2 }).format(of);
}

/** The figure itself, and the bounds of its interval. */
function parts({ share, low, high, quantity, rate }: Figure): { figure: number | null; low: number | null; high: number | null } {
  if (quantity) return { figure: quantity.p50.value, low: quantity.p50.low, high: quantity.p50.high };
  return { figure: share ?? rate, low, high };
}

/** The figures of a page, and how its periods stand to their goals: the whole, not its groups. */
export function FigureTable({ page, goals }: { page: FiguresPage; goals: readonly GoalStanding[] }): JSX.Element {
  const rows = page.rows as FigureRow[];
  const { unit } = page.measure;
  const aimed = goals.some((each) => each.goal !== null);
  const sliced = rows.some((row) => row.slice !== null);
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("figures")}>
      <table>
        <caption>{t(unit === "share" || unit === "per-100-orders" ? "figures-caption" : "figures-caption-median", { zone: page.zone })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("period")}</th>
            {sliced && <th scope="col">{t("slice")}</th>}
            <th scope="col">{t("figure")}</th>
            <th scope="col">{t("interval")}</th>
            {aimed && <th scope="col">{t("goal")}</th>}
            <th scope="col">{t("items")}</th>
            <th scope="col">{t("still-open")}</th>
            <th scope="col">{t("not-counted")}</th>
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Row key={`${row.period} ${row.slice ?? ""}`} row={row} unit={unit} sliced={sliced} aimed={aimed} goal={row.slice === null ? goals.find((each) => each.period === row.period) : undefined} />)}</tbody>
      </table>
    </div>
  );
}

interface Given {
  row: FigureRow;
  unit: Unit;
  sliced: boolean;
  aimed: boolean;
  goal: GoalStanding | undefined;
}

function Row({ row, unit, sliced, aimed, goal }: Given): JSX.Element {
  const figure = row.figure as Figure;
  const { figure: says, low, high } = parts(figure);
  const left = Object.values(figure.excluded ?? {}).reduce((sum, each) => sum + each, 0) + (figure.unknown ?? 0);
  return (
    <tr>
      <th scope="row">{row.period}</th>
      {sliced && <td dir="auto">{row.slice ?? t("all-slices")}</td>}
      {figure.too_small ? (
        <td colSpan={aimed ? 6 : 5} class="quiet">{t("too-few")}</td>
      ) : (
        <>
          <td class="figure">{says === null ? "–" : value(says, unit)}</td>
          <td>{low === null && high === null ? "–" : `${low === null ? "?" : value(low, unit)} – ${high === null ? "?" : value(high, unit)}`}</td>
          {aimed && <td>{goal?.goal ? <Goal standing={goal} unit={unit} /> : "–"}</td>}
          <td>{number(figure.n ?? 0)}</td>
          <td>{number(figure.open ?? 0)}</td>
          <td>{number(left)}</td>
        </>
      )}
    </tr>
  );
}

/** The goal of a period: its target, whether it is attained, and what it comes to by what is still open. */
function Goal({ standing: { goal, attained, forecast, warning }, unit }: { standing: GoalStanding; unit: Unit }): JSX.Element {
  return (
    <>
      {value(goal!.target, unit)}{" "}
      <span class={`mark ${attained === false ? "bad" : ""}`}>{t(attained === null ? "goal-unknown" : attained ? "goal-attained" : "goal-missed")}</span>{" "}
      {warning ? <span class="mark warn">{t("goal-warning")}</span> : forecast === "unknown" ? null : <span class="quiet">{named("forecast", forecast)}</span>}
    </>
  );
}
