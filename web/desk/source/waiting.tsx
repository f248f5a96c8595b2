// Where work waits: what follows what directly, in the order of the time that is lost between them.

import type { JSX } from "preact";
import type { MapsPage, ProcessMap } from "./api.js";
import { value } from "./figures.js";
import { number } from "./times.js";
import { named, t } from "./words.js";

const MOST = 40; // rows that are shown

export function WaitingTable({ page }: { page: MapsPage }): JSX.Element {
  const map = page.rows[0]?.map as ProcessMap | undefined;
  if (!map || map.too_small) return <p class="quiet">{t("too-few")}</p>;
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("process-map")}>
      <table>
        <caption>{t(page.calendar ? "waiting-caption" : "waiting-caption-wall", { number: number(map.conversations ?? 0), zone: page.zone })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("from-step")}</th>
            <th scope="col">{t("to-step")}</th>
            <th scope="col">{t("how-often")}</th>
            <th scope="col">{t("median-wait")}</th>
            <th scope="col">{t("interval")}</th>
            <th scope="col">{t("share-of-waiting")}</th>
          </tr>
        </thead>
        <tbody>
          {map.edges.slice(0, MOST).map((edge) => (
            <tr key={`${edge.first} ${edge.then}`}>
              <th scope="row">{named("node", edge.first)}</th>
              <td>{named("node", edge.then)}</td>
              <td>{number(edge.number)}</td>
              <td>{edge.waiting ? value(edge.waiting.p50.value, "seconds") : "–"}</td>
              <td>{edge.waiting ? [edge.waiting.p50.low, edge.waiting.p50.high].map((each) => (each === null ? "?" : value(each, "seconds"))).join(" – ") : "–"}</td>
              <td class="figure">{edge.share === null ? "–" : value(edge.share, "share")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {Boolean(map.hidden_edges) && <p class="quiet">{t("hidden-edges", { number: map.hidden_edges ?? 0 })}</p>}
    </div>
  );
}
