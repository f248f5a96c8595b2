// The figures of a measure as a table: by period and slice, with the interval, the number of items, and what is left out.

import type { JSX } from "preact";
import type { Figure, FigureRow, FiguresPage } from "./api.js";
import { long, number } from "./times.js";
import { locale, t } from "./words.js";

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

export function FigureTable({ page }: { page: FiguresPage }): JSX.Element {
  const rows = page.rows as FigureRow[];
  const { unit } = page.measure;
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
            <th scope="col">{t("items")}</th>
            <th scope="col">{t("still-open")}</th>
            <th scope="col">{t("not-counted")}</th>
          </tr>
        </thead>
        <tbody>{rows.map((row) => <Row key={`${row.period} ${row.slice ?? ""}`} row={row} unit={unit} sliced={sliced} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ row, unit, sliced }: { row: FigureRow; unit: Unit; sliced: boolean }): JSX.Element {
  const figure = row.figure as Figure;
  const { figure: says, low, high } = parts(figure);
  const left = Object.values(figure.excluded ?? {}).reduce((sum, each) => sum + each, 0) + (figure.unknown ?? 0);
  return (
    <tr>
      <th scope="row">{row.period}</th>
      {sliced && <td dir="auto">{row.slice ?? t("all-slices")}</td>}
      {figure.too_small ? (
        <td colSpan={5} class="quiet">{t("too-few")}</td>
      ) : (
        <>
          <td class="figure">{says === null ? "–" : value(says, unit)}</td>
          <td>{low === null && high === null ? "–" : `${low === null ? "?" : value(low, unit)} – ${high === null ? "?" : value(high, unit)}`}</td>
          <td>{number(figure.n ?? 0)}</td>
          <td>{number(figure.open ?? 0)}</td>
          <td>{number(left)}</td>
        </>
      )}
    </tr>
  );
}
