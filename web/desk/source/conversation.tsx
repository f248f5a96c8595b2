// One conversation: its status and what one may do with it, both voices in order, the composer, and what else is known.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { read } from "./api.js";
import type { Contact } from "./api.js";
import { Aside } from "./aside.js";
import { Composer } from "./composer.js";
import { know } from "./desk.js";
import { Head } from "./head.js";
import { leave, Lines, Slider } from "./lines.js";
import { Moves } from "./moves.js";
import { Open, opened } from "./open.js";
import { say } from "./say.js";
import { Loading, NotShown } from "./states.js";
import { t } from "./words.js";

export function Conversation({ id }: { id: string }): JSX.Element {
  useEffect(() => {
    const open = new Open(id);
    open.live.start();
    opened.value = open;
    let customer = "";
    let newest = 0;
    const heard = open.live.position.subscribe((position) => {
      if (!position) return; // nothing has come yet: what comes first is what was said before
      const row = open.conversation.find(id)?.peek();
      if (row && row.customer_id !== customer) {
        customer = row.customer_id;
        read<{ contact: Contact }>(`/customers/${customer}/contact`)
          .then(({ contact }) => {
            open.contact.value = contact;
            if (contact.name) know([[contact.customer_id, contact.name]], []);
          })
          .catch(() => undefined); // the page shows that no name is known
      }
      const last = open.ordered().filter((line) => line.author_kind === "customer").at(-1);
      if (last && newest && last.place > newest) say(t("customer-wrote"));
      newest = Math.max(newest, last?.place ?? 1);
    });
    return () => {
      heard();
      leave(open);
      open.live.stop();
    };
  }, [id]);
  const open = opened.value;
  if (!open || open.id !== id) return <Loading what={t("loading-conversation")} />;
  const refused = open.live.refused.value;
  if (refused && refused.status !== 401) return <NotShown why={refused} gone={t("conversation-gone")} />;
  const row = open.row();
  if (!open.live.loaded.value || !row) return <Loading what={t("loading-conversation")} />;
  return (
    <article class="conversation" aria-label={t("conversation")}>
      <Head open={open} row={row} />
      {open.then.value && <Slider open={open} then={open.then.value} />}
      <div class="conversation-body">
        <Lines open={open} />
        {!open.then.value && <Aside open={open} row={row} />}
      </div>
      {!open.then.value && <Composer open={open} row={row} />}
      <Moves open={open} row={row} />
    </article>
  );
}
