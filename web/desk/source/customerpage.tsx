// The page of a customer: their matters, what happened over all of them, and what is known: how they can be reached, what
// they agreed to, orders, promises, and what they hear without having asked.

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Moment } from "./api.js";
import { OpenCustomer } from "./customer.js";
import { may, names, words } from "./desk.js";
import { Due, languageName, Wait } from "./inbox.js";
import { ERASED, Pending } from "./line.js";
import { Go } from "./link.js";
import { MergeCustomer } from "./mergecustomer.js";
import { PromiseShown } from "./promise.js";
import { go } from "./route.js";
import { Loading, NotShown } from "./states.js";
import { full, number, short, zone } from "./times.js";
import { named, t } from "./words.js";

const opened = signal<OpenCustomer | null>(null);
const SHOWN = 100; // moments at first, and with each further step
const most = signal(SHOWN);

export function CustomerPage({ id }: { id: string }): JSX.Element {
  useEffect(() => {
    const open = new OpenCustomer(id);
    open.live.start();
    opened.value = open;
    most.value = SHOWN;
    const stop = open.live.position.subscribe((position) => {
      if (!position) return;
      void open.read(position);
      void open.meet().catch(() => undefined); // their ids are shown instead
    });
    return () => {
      stop();
      open.live.stop();
    };
  }, [id]);
  const open = opened.value;
  if (!open || open.id !== id) return <Loading what={t("loading-customer")} />;
  const refused = open.live.refused.value;
  if (refused && refused.status !== 401) return <NotShown why={refused} gone={t("customer-gone")} />;
  if (!open.live.loaded.value) return <Loading what={t("loading-customer")} />;
  return (
    <article class="conversation customer" aria-label={t("customer")}>
      <header class="conversation-head">
        <button type="button" class="plain back" onClick={() => go({})}>
          <span aria-hidden="true" class="arrow" /> {t("back")}
        </button>
        <div class="titles">
          <h2 dir="auto">{names.value.get(id) ?? t("no-name")}</h2>
          <Links open={open} />
        </div>
        {may() && (
          <div class="doing">
            <button type="button" onClick={() => (open.merging.value = true)}>{t("merge-begin")}</button>
          </div>
        )}
        <ul class="pendings">{open.acts.value.map((each) => <Pending key={each.key} act={each} dismiss={() => open.dismiss(each)} />)}</ul>
        {open.undo.value && (
          <p class="undo" role="status">
            {t("act-done", { what: t("do-merge") })}{" "}
            <button type="button" onClick={() => open.undo.value?.()}>{t("undo")}</button>
          </p>
        )}
      </header>
      <div class="conversation-body">
        <div class="lines" tabIndex={0} role="region" aria-label={t("matters-and-moments")}>
          <Matters open={open} />
          <Moments open={open} />
        </div>
        <Known open={open} />
      </div>
      {open.merging.value && <MergeCustomer open={open} />}
    </article>
  );
}

/** Who was merged into this customer, and into whom they were. */
function Links({ open }: { open: OpenCustomer }): JSX.Element | null {
  void open.links.changes.value;
  const links = open.links.all();
  if (!links.length) return null;
  return (
    <ul class="row-marks">
      {links.map((link) => {
        const other = link.customer_id === open.id ? link.merged_into : link.customer_id;
        return (
          <li key={link.customer_id}>
            {t(link.customer_id === open.id ? "is-merged-into" : "has-merged")} <Go to={{ customer: other }}>{names.value.get(other) || other}</Go>{" "}
            {may() && link.customer_id.startsWith("customer-") && (
              <button type="button" class="plain" onClick={() => open.separate(link.customer_id)}>{t("separate")}</button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Matters({ open }: { open: OpenCustomer }): JSX.Element {
  void open.conversations.changes.value;
  const rows = open.matters();
  return (
    <>
      <h3>{t("matters", { number: rows.length })}</h3>
      {rows.length === 0 && <p class="quiet">{t("no-matters")}</p>}
      <ul class="matters">
        {rows.map((row) => (
          <li key={row.conversation_id}>
            <Go to={{ conversation: row.conversation_id }}>{row.subject ?? words.value.get(row.conversation_id) ?? t("no-subject")}</Go>
            <span class="row-marks">
              <span class="mark">{named("status", row.status)}</span>
              {row.merged_into && <span class="mark strong">{t("merged")}</span>}
              {row.waiting_since && <Wait since={row.waiting_since} status={row.status} />}
              {row.due_at && <Due at={row.due_at} missed={row.due_missed} warned={row.due_warned} />}
              {row.kinds.map((kind) => <span class="mark" key={kind}>{named("kind", kind)}</span>)}
              <span class="quiet">{t("messages-counted", { theirs: row.messages_in, ours: row.messages_out })}</span>
              <time class="quiet" dateTime={row.last_at} title={full(row.last_at)}>{short(row.last_at)}</time>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Moments({ open }: { open: OpenCustomer }): JSX.Element {
  void open.moments.changes.value;
  const moments = open.ordered();
  const beyond = moments.length - most.value;
  return (
    <>
      <h3>{t("moments")}</h3>
      {moments.length === 0 && <p class="quiet">{t("no-moments")}</p>}
      <ol class="moments">
        {moments.slice(0, most.value).map((moment) => <MomentShown key={moment.place} moment={moment} open={open} />)}
      </ol>
      {beyond > 0 && <button type="button" class="plain" onClick={() => (most.value += SHOWN)}>{t("earlier", { number: number(beyond) })}</button>}
    </>
  );
}

/** Which catalogue has the words for what a moment says more. */
const SAYS: Record<string, string> = {
  interaction: "kind", status: "status", verdict: "verdict", order: "step", promise: "step",
  "contact-point": "contact", "contact-point-removed": "contact", "contact-point-shared": "contact",
  "contact-point-alone": "contact", "contact-point-cleared": "contact",
};

function more(moment: Moment): string {
  const { kind, what } = moment;
  if (kind === "order" || kind === "promise") return named("step", what ?? "placed");
  if (!what) return "";
  if (kind === "language") return languageName(what);
  const catalogue = SAYS[kind];
  return catalogue ? named(catalogue, what) : (names.value.get(what) ?? what);
}

function MomentShown({ moment, open }: { moment: Moment; open: OpenCustomer }): JSX.Element {
  const at = moment.stream.startsWith("conversation-") ? moment.stream : null;
  const subject = at && (open.conversations.find(at)?.value.subject ?? words.value.get(at) ?? t("no-subject"));
  const day = moment.time_precision === "day";
  const untimed = moment.time_precision === "unknown" || moment.time_precision === "impossible";
  return (
    <li class="happening">
      <time dateTime={moment.at} title={full(moment.at)}>{untimed ? t("time-unknown") : short(moment.at, day)}</time>{" "}
      <b>{t(`moment-${moment.kind}`)}</b> <span dir="auto">{more(moment)}</span>
      {moment.text && moment.text !== subject && <> <q dir="auto">{moment.text === ERASED ? t("erased") : moment.text}</q></>}
      {moment.value && <> <span>{moment.value} {moment.currency}</span></>}
      {moment.due_at && <> <time dateTime={moment.due_at}>{t("until", { time: short(moment.due_at) })}</time></>}
      {moment.bidi && <> <span class="mark warn">{t("bidi")}</span></>}
      {at && <> <Go to={{ conversation: at }}>{subject}</Go></>}
    </li>
  );
}

function Known({ open }: { open: OpenCustomer }): JSX.Element {
  const contact = open.contact.value;
  return (
    <aside class="known" aria-label={t("known")}>
      {open.away.value && <p class="mark warn">{t("known-away")}</p>}
      <h3>{t("reached")}</h3>
      {contact && contact.points.length === 0 && <p class="quiet">{t("no-points")}</p>}
      <ul>
        {contact?.points.map((point, at) => (
          <li key={at}>
            <span class="quiet">{named("contact", String(point["kind"]))}</span> <span dir="auto">{String(point["value"])}</span>{" "}
            {Boolean(point["shared"]) && <span class="mark">{t("shared")}</span>} {Boolean(point["failing"]) && <span class="mark bad">{t("undelivered")}</span>}
          </li>
        ))}
      </ul>
      <dl>
        {contact?.channel && <><dt>{t("prefers")}</dt><dd>{named("contact", contact.channel)}</dd></>}
        {contact?.language && <><dt>{t("language")}</dt><dd>{languageName(contact.language)}</dd></>}
        {contact?.zone && <><dt>{t("zone")}</dt><dd>{contact.zone}</dd></>}
        {contact?.quiet && <><dt>{t("quiet")}</dt><dd>{t("quiet-why")}</dd></>}
      </dl>
      <h3>{t("consents")}</h3>
      {contact?.consents.length === 0 && <p class="quiet">{t("no-consents")}</p>}
      <ul>
        {contact?.consents.map((consent) => (
          <li key={String(consent["purpose"])} class="consent">
            <span dir="auto">{String(consent["purpose"])}</span>{" "}
            <span class="mark">{t(consent["given"] ? "consent-given" : "consent-refused")}</span>{" "}
            <time class="quiet" dateTime={String(consent["at"])}>{short(String(consent["at"]))}</time>{" "}
            {may() && Boolean(consent["given"]) && (
              <button type="button" class="plain" onClick={() => open.withdraw(String(consent["purpose"]))}>{t("do-withdraw-consent")}</button>
            )}
          </li>
        ))}
      </ul>
      <h3>{t("orders")}</h3>
      {open.orders.value.length === 0 && <p class="quiet">{t("no-orders")}</p>}
      <ul>
        {open.orders.value.map((order) => (
          <li key={order.order_id}>
            <strong dir="auto">{order.number ?? t("no-number")}</strong>{" "}
            <span class={`mark ${order.perfect === false ? "warn" : ""}`}>{order.status ? named("step", order.status) : t("order-named-only")}</span>{" "}
            {order.value && <span>{order.value} {order.currency}</span>}{" "}
            {order.placed_at && <time class="quiet" dateTime={order.placed_at}>{short(order.placed_at, true)}</time>}
          </li>
        ))}
      </ul>
      <h3>{t("promises")}</h3>
      {open.promises.value.length ? open.promises.value.map((each) => <PromiseShown key={each.promise_id} promise={each} settle={may() ? (asked) => open.settle(asked) : null} />) : <p class="quiet">{t("no-promises")}</p>}
      <Attention open={open} />
      <p class="quiet">{t("times-in-zone", { zone: zone() })}</p>
    </aside>
  );
}

const PERIOD_MS = 90 * 86_400_000;

/** What they heard, and are to hear, of what became of what they said: the company speaks without having been asked. */
function Attention({ open }: { open: OpenCustomer }): JSX.Element {
  const closings = open.closings.value;
  const used = new Set(closings.filter((each) => each.told_at && Date.now() - Date.parse(each.told_at) < PERIOD_MS).map((each) => each.message_id));
  return (
    <>
      <h3>{t("attention")}</h3>
      <p class="quiet">{t("attention-used", { number: used.size })}</p>
      <ul>
        {closings.map((each) => (
          <li key={each.outcome_id}>
            <span dir="auto">{each.area} · {each.theme}</span> <span class="mark">{named("outcome", each.outcome)}</span>{" "}
            {each.told_at
              ? <time class="quiet" dateTime={each.told_at}>{t("told", { time: short(each.told_at) })}</time>
              : <span class="quiet">{t("not-told", { why: each.reason ? named("untold", each.reason) : t("untold-soon") })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
