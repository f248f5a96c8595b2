// The states that nobody draws: loading, nothing there, refused, gone, and being away.

import type { JSX } from "preact";
import type { Refused } from "./api.js";
import { t } from "./words.js";

export function Loading({ what }: { what: string }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="hidden">{what}</span>
      {[1, 2, 3, 4].map((each) => (
        <div class="skeleton" key={each} aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ text, more }: { text: string; more?: string }): JSX.Element {
  return (
    <div class="state">
      <p>{text}</p>
      {more && <p class="quiet">{more}</p>}
    </div>
  );
}

/** Why something is not shown: not for this person, not there, or another reason in the API's words. */
export function NotShown({ why, gone }: { why: Refused; gone: string }): JSX.Element {
  const text = why.status === 403 ? t("forbidden") : why.status === 404 ? gone : t("refused-because", { why: why.detail });
  return (
    <div class="state" role="alert">
      <p>{text}</p>
      <p class="quiet">
        <code>{why.code}</code>
      </p>
    </div>
  );
}
