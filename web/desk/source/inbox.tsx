// The inbox: views with their counts, filters, and the conversations that wait.

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { inbox, items, names, words } from "./desk.js";
import { List } from "./list.js";
import { follow, pathOf, route, VIEWS } from "./route.js";
import { Empty, Loading, NotShown } from "./states.js";
import { full, long, now, number, when } from "./times.js";
import { counted, filter, listed, NO_FILTER } from "./views.js";
import type { Filter } from "./views.js";
import { locale, named, t } from "./words.js";

/** The row that the keyboard is at. */
export const current = signal<string | null>(null);
/** How high a row is, in pixels: as the style sheet says, also with larger text. */
const rowHeight = signal(76);

export function Views(): JSX.Element {
  const { views } = counted.value;
  return (
    <nav class="views" aria-label={t("views")}>
      {VIEWS.map((view) => (
        <a
          key={view}
          href={pathOf({ view })}
          aria-current={route.value.view === view ? "page" : undefined}
          onClick={(event) => follow(event, { view })}
        >
          <span>{t(`view-${view}`)}</span>
          <span class="count">{number(views[view])}</span>
        </a>
      ))}
    </nav>
  );
}

function Choice({ of, values, text }: { of: keyof Filter; values: readonly string[]; text(value: string): string }): JSX.Element | null {
  if (values.length < 2 && !filter.value[of]) return null;
  return (
    <select
      aria-label={t(`filter-${of}`)}
      value={filter.value[of]}
      onChange={(event) => (filter.value = { ...filter.value, [of]: event.currentTarget.value })}
    >
      <option value="">{t(`every-${of}`)}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {text(value)}
        </option>
      ))}
    </select>
  );
}

/** The name of a language, in the page's own. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function Filters(): JSX.Element {
  const { kinds, languages, areas } = counted.value;
  return (
    <div class="filters">
      <Choice of="kind" values={kinds} text={(each) => named("kind", each)} />
      <Choice of="priority" values={["urgent", "high", "normal", "low"]} text={(each) => named("priority", each)} />
      <Choice of="language" values={languages} text={languageName} />
      <Choice of="area" values={areas} text={(each) => each} />
      {filter.value !== NO_FILTER && (
        <button type="button" class="plain" onClick={() => (filter.value = NO_FILTER)}>
          {t("no-filter")}
        </button>
      )}
    </div>
  );
}

function Row({ id }: { id: string }): JSX.Element | null {
  const row = items.find(id)?.value;
  if (!row) return null;
  const { view, conversation } = route.value;
  const name = names.value.get(row.customer_id);
  const subject = row.subject ?? words.value.get(id) ?? "";
  return (
    <a
      class={`row${current.value === id ? " current" : ""}`}
      id={`row-${id}`}
      href={pathOf({ view, conversation: id })}
      aria-current={conversation === id ? "true" : undefined}
      onClick={(event) => {
        current.value = id;
        follow(event, { conversation: id });
      }}
    >
      <span class="row-top">
        <strong class="who" dir="auto">{name ?? t("no-name")}</strong>
        <Wait since={row.waiting_since} status={row.status} />
      </span>
      <span class="row-subject" dir="auto">{subject || t("no-subject")}</span>
      <span class="row-marks">
        {row.priority !== "normal" && <span class={`mark priority-${row.priority}`}>{named("priority", row.priority)}</span>}
        {row.due_at && <Due at={row.due_at} missed={row.due_missed} warned={row.due_warned} />}
        {row.undelivered_since && <span class="mark bad" title={full(row.undelivered_since)}>{t("undelivered")}</span>}
        {row.person_requested_at && <span class="mark strong">{t("wants-a-person")}</span>}
        {row.kinds.map((kind) => <span class="mark" key={kind}>{named("kind", kind)}</span>)}
        {row.product_area && <span class="mark" dir="auto">{row.product_area}</span>}
        <span class="quiet">{row.agent_id ? (names.value.get(row.agent_id) ?? "") : row.team_id ? (names.value.get(row.team_id) ?? "") : t("nobody")}</span>
      </span>
    </a>
  );
}

const DAY_MS = 86_400_000;

export function Wait({ since, status }: { since: string | null; status: string }): JSX.Element {
  if (!since) return <span class="wait quiet">{named("status", status)}</span>;
  const ms = now.value - Date.parse(since);
  const tone = ms > 3 * DAY_MS ? "bad" : ms > DAY_MS ? "warn" : "";
  return <time class={`wait ${tone}`} dateTime={since} title={full(since)}>{t("waits", { time: long(ms) })}</time>;
}

export function Due({ at, missed, warned }: { at: string; missed: boolean; warned: boolean }): JSX.Element {
  const over = missed || Date.parse(at) < now.value;
  return (
    <time class={`mark ${over ? "bad" : warned ? "warn" : ""}`} dateTime={at} title={full(at)}>
      {over ? t("was-due", { time: when(at) }) : t("due", { time: when(at) })}
    </time>
  );
}

export function Inbox(): JSX.Element {
  useLayoutEffect(() => {
    const measured = (): void => {
      const size = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      rowHeight.value = Math.round(size * 5.25);
    };
    measured();
    addEventListener("resize", measured);
    return () => removeEventListener("resize", measured);
  }, []);
  const ids = listed.value;
  const refused = inbox.refused.value;
  return (
    <section class="inbox" aria-label={t("inbox")}>
      <h2 class="hidden">{t("inbox")}</h2>
      <Views />
      <Filters />
      {refused && refused.status !== 401 ? (
        <NotShown why={refused} gone={t("forbidden")} />
      ) : ids.length ? (
        <List ids={ids} height={rowHeight.value} label={t(`view-${route.value.view}`)} current={current.value} row={(id) => <Row id={id} />} />
      ) : inbox.loaded.value ? (
        <Empty text={t(`empty-${route.value.view}`)} {...(filter.value === NO_FILTER ? {} : { more: t("empty-by-filter") })} />
      ) : (
        <Loading what={t("loading-inbox")} />
      )}
    </section>
  );
}
