// The files that go with a reply: chosen, kept, taken away again.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Refused } from "./api.js";
import type { Attached, Draft } from "./draft.js";
import { number } from "./times.js";
import { t } from "./words.js";

export function Files({ draft, attach, remove }: { draft: Draft; attach(files: readonly File[]): void; remove(gone: Attached): void }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <div class="files">
      <input
        ref={field}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t("attach")}
        onChange={(event) => {
          attach([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
      {draft.files.length > 0 && <ul>
        {draft.files.map((each) => (
          <li key={each.id}>
            <span dir="auto">{each.file.name}</span> <span class="quiet">{number(Math.ceil(each.file.size / 1024))} KiB</span>{" "}
            {each.why.value
              ? <span class="mark bad" role="alert">{each.why.value instanceof Refused ? each.why.value.detail : t("away-short")}</span>
              : <span class="mark" role="status">{t(each.kept.value ? "file-kept" : "file-going")}</span>}{" "}
            {each.why.value && <button type="button" class="plain" onClick={() => void each.keep()}>{t("again")}</button>}
            <button type="button" class="plain" aria-label={t("remove-file", { name: each.file.name })} onClick={() => remove(each)}>{t("remove")}</button>
          </li>
        ))}
      </ul>}
      <button type="button" class="plain" onClick={() => field.current!.click()}>{t("attach")}</button>
    </div>
  );
}
