// Merge a customer with another, who is the same person: found by a name, an address or a number.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { read, Refused, Unreachable } from "./api.js";
import type { Contact, Found, Item } from "./api.js";
import type { OpenCustomer } from "./customer.js";
import { names } from "./desk.js";
import { Form } from "./form.js";
import { t } from "./words.js";

interface Person {
  id: string;
  contact: Contact;
  matters: number;
}

const OF_PEOPLE = ["name", "contact-point"];
const MOST = 8; // people who are offered

/** Who has this name, address or number. */
async function people(words: string, not: string): Promise<Person[]> {
  const { found } = await read<{ found: Found[] }>("/search", { params: { words, limit: "50" } });
  const ids = new Set(found.filter(({ passage }) => OF_PEOPLE.includes(passage.kind)).map(({ passage }) => passage.customer_id));
  ids.delete(not);
  return Promise.all([...ids].slice(0, MOST).map(async (id) => {
    const [{ contact }, { conversations }] = await Promise.all([
      read<{ contact: Contact }>(`/customers/${id}/contact`), read<{ conversations: Item[] }>(`/customers/${id}`, { params: { limit: "100" } }),
    ]);
    return { id, contact, matters: conversations.length };
  }));
}

export function MergeCustomer({ open }: { open: OpenCustomer }): JSX.Element {
  const words = useSignal("");
  const found = useSignal<readonly Person[] | null>(null);
  const failed = useSignal<Refused | Unreachable | null>(null);
  const into = useSignal("");
  const reason = useSignal("");
  const look = async (): Promise<void> => {
    into.value = "";
    failed.value = null;
    try {
      found.value = await people(words.value.trim(), open.id);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      failed.value = error;
    }
  };
  const chosen = found.value?.find((each) => each.id === into.value);
  const name = ({ contact }: Person): string => contact.name ?? String(contact.points[0]?.["value"] ?? t("no-name"));
  const preview = chosen && (
    <p>
      {t("merge-customer-preview", {
        who: names.value.get(open.id) ?? t("no-name"), into: name(chosen), these: open.conversations.size, theirs: chosen.matters,
      })}
    </p>
  );
  return (
    <Form
      title={t("merge-customer")}
      does={t("do-merge")}
      submit={() => void open.merge(into.value, reason.value.trim())}
      close={() => (open.merging.value = false)}
      preview={preview ?? null}
    >
      <label>
        {t("find-what")}
        <input
          type="text"
          dir="auto"
          maxLength={200}
          value={words.value}
          onInput={(event) => (words.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !words.value.trim()) return;
            event.preventDefault(); // it looks; nothing is merged by it
            void look();
          }}
        />
      </label>
      <button type="button" disabled={!words.value.trim()} onClick={() => void look()}>{t("find")}</button>
      {failed.value && <p class="mark warn" role="alert">{failed.value instanceof Refused ? failed.value.detail : t("away-short")}</p>}
      {found.value && (
        <fieldset>
          <legend>{t("merge-customer-which")}</legend>
          {found.value.length === 0 && <p class="quiet">{t("nothing-found")}</p>}
          {found.value.map((each) => (
            <label key={each.id} class="choice">
              <input type="radio" name="into" value={each.id} checked={into.value === each.id} onChange={() => (into.value = each.id)} />
              <strong dir="auto">{name(each)}</strong>{" "}
              <span class="quiet" dir="auto">{each.contact.points.map((point) => String(point["value"])).join(" · ")}</span>{" "}
              <span class="quiet">{t("matters", { number: each.matters })}</span>
            </label>
          ))}
        </fieldset>
      )}
      <label>
        {t("reason-plain")}
        <input type="text" maxLength={2000} dir="auto" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
      </label>
    </Form>
  );
}
