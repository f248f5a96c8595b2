// The page of a process owner: what is measured, each figure with its number of items and its interval, and where work waits.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Measure } from "./api.js";
import { Refused } from "./api.js";
import { FigureTable } from "./figures.js";
import { Go } from "./link.js";
import { asked, day, known, list, measures, months, PROCESS, refused, show, shown, slice } from "./measuring.js";
import { route } from "./route.js";
import { Loading, NotShown } from "./states.js";
import { now } from "./times.js";
import { WaitingTable } from "./waiting.js";
import { named, t } from "./words.js";

export function Measures(): JSX.Element {
  useEffect(() => void list(), []);
  const { about } = route.value;
  if (refused.value) return <NotShown why={refused.value} gone={t("forbidden")} />;
  if (!measures.value) return <Loading what={t("loading-measures")} />;
  return (
    <>
      <nav class="inbox chooser" aria-label={t("measures")}>
        <ul>
          {[PROCESS, ...measures.value.map((each) => each.name)].map((name) => (
            <li key={name}>
              <Go to={{ screen: "measures", about: name }} current={about === name}>{title(name)}</Go>
            </li>
          ))}
        </ul>
      </nav>
      <div class="pane">{about ? <One name={about} key={about} /> : <p class="state">{t("choose-measure")}</p>}</div>
    </>
  );
}

/** What a measure is called: its name in words, where a catalogue has it, else as the API has it. */
function title(name: string): string {
  return name === PROCESS ? t("process-map") : named("measure", name).replaceAll("_", " ");
}

function One({ name }: { name: string }): JSX.Element {
  const measure = measures.value?.find((each) => each.name === name);
  useEffect(() => {
    if (!measure?.slices.includes(slice.peek())) slice.value = "";
  }, []);
  useEffect(() => void show(name), [months.value, slice.value, known.value]);
  const { failed, figures, goals, map } = shown.value ?? { failed: null, figures: null, goals: null, map: null };
  return (
    <article class="sheet" aria-label={title(name)}>
      <h2>{title(name)}</h2>
      {measure && <Definition measure={measure} />}
      <div class="filters" role="group" aria-label={t("span")}>
        <select aria-label={t("span")} value={String(months.value)} onChange={(event) => (months.value = Number(event.currentTarget.value))}>
          {[3, 6, 12, 24].map((each) => <option key={each} value={String(each)}>{t("months", { number: each })}</option>)}
        </select>
        {measure && measure.slices.length > 0 && (
          <select aria-label={t("slice-by")} value={slice.value} onChange={(event) => (slice.value = event.currentTarget.value)}>
            <option value="">{t("no-slice")}</option>
            {measure.slices.map((each) => <option key={each} value={each}>{named("slice", each)}</option>)}
          </select>
        )}
        <label>
          {t("known-on")}{" "}
          <input type="date" max={day(new Date(now.value))} value={known.value} onChange={(event) => (known.value = event.currentTarget.value)} />
        </label>
      </div>
      {known.value && <p class="then">{t("figures-known-then", { day: known.value })}</p>}
      {failed ? (
        failed instanceof Refused ? <NotShown why={failed} gone={t("no-such-measure")} /> : <p class="mark warn" role="alert">{t("known-away")}</p>
      ) : figures ? (
        <>
          <img class="chart" src={`/api/measures/${name}/svg?${new URLSearchParams(asked() as Record<string, string>)}`} alt={t("chart-of", { name: title(name) })} />
          <FigureTable page={figures} goals={goals?.periods ?? []} />
        </>
      ) : map ? (
        <WaitingTable page={map} />
      ) : (
        <Loading what={t("loading-measures")} />
      )}
    </article>
  );
}

/** What is counted, in the words of the definition, which is English. */
function Definition({ measure }: { measure: Measure }): JSX.Element {
  return (
    <details>
      <summary lang="en">{measure.question}</summary>
      <dl class="definition">
        <dt>{t("population")}</dt><dd lang="en">{measure.population}</dd>
        <dt>{t("hit")}</dt><dd lang="en">{measure.hit}</dd>
        <dt>{t("time-basis")}</dt><dd lang="en">{measure.time_basis}</dd>
        <dt>{t("better")}</dt><dd>{t(measure.better === "more" ? "better-more" : "better-less")}</dd>
        <dt>{t("owner")}</dt><dd lang="en">{measure.owner}</dd>
        <dt>{t("version")}</dt><dd>{measure.version}</dd>
        {Object.entries(measure.exclusions).map(([name, why]) => [<dt key={name} lang="en">{name}</dt>, <dd key={`${name} why`} lang="en">{why}</dd>])}
      </dl>
    </details>
  );
}
