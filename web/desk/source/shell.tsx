// The page around the screens: who is signed in, the language, the theme, whether the desk is connected.

import type { JSX } from "preact";
import { Board } from "./board.js";
import { Conversation } from "./conversation.js";
import { CustomerPage } from "./customerpage.js";
import { failed, inbox, me, mine, names, session, signedOut, signOut } from "./desk.js";
import { find } from "./finding.js";
import { Inbox } from "./inbox.js";
import { Go } from "./link.js";
import { Measures } from "./measures.js";
import { Palette } from "./palette.js";
import { unsent } from "./open.js";
import { language, LANGUAGES, theme } from "./preferences.js";
import type { Language, Theme } from "./preferences.js";
import { route } from "./route.js";
import { board } from "./signals.js";
import { said } from "./say.js";
import { Loading } from "./states.js";
import { Welcome } from "./welcome.js";
import { t, worded } from "./words.js";

const OWN_NAMES: Record<string, string> = { en: "English", de: "Deutsch" };

export function Shell(): JSX.Element {
  if (!worded.value) return <div class="shell" />;
  if ([inbox, board].some((each) => each.refused.value?.status === 401) && session.value?.signed_in) signedOut();
  return (
    <div class="shell">
      <a class="skip" href="#main">{t("skip")}</a>
      <Top />
      {session.value && !session.value.signed_in && <SignIn kept={unsent()} />}
      {failed.value && <p class="banner bad" role="alert">{t("cannot-begin")}</p>}
      {me.value && inbox.loaded.value && inbox.connection.value === "away" && <p class="banner warn" role="status">{t("away")}</p>}
      {me.value ? <Screens /> : session.value?.signed_in !== false && !failed.value ? <Loading what={t("loading")} /> : null}
      <p class="hidden" role="status" aria-live="polite" id="said">{said.value}</p>
    </div>
  );
}

function Screens(): JSX.Element {
  const { conversation, customer, about } = route.value;
  const screen = route.value.screen ?? mine()[0] ?? "inbox";
  return (
    <main id="main" tabIndex={-1} class={`screens on-${screen} ${conversation || customer || about ? "open" : ""}`}>
      {screen === "measures" ? <Measures /> : screen === "board" ? <Board /> : (
        <>
          <Inbox />
          <div class="pane">
            {conversation ? <Conversation id={conversation} key={conversation} />
              : customer ? <CustomerPage id={customer} key={customer} />
              : <Welcome />}
          </div>
        </>
      )}
      <Palette />
    </main>
  );
}

/** The way to each screen. */
function Ways(): JSX.Element | null {
  const screens = mine();
  if (screens.length < 2) return null;
  const shown = route.value.screen ?? screens[0];
  return (
    <nav class="ways-to" aria-label={t("screens")}>
      {screens.map((screen) => <Go key={screen} to={{ screen }} current={shown === screen}>{t(`screen-${screen}`)}</Go>)}
    </nav>
  );
}

function Top(): JSX.Element {
  return (
    <header class="top">
      <h1 class="brand">Antiphon</h1>
      {me.value && <Ways />}
      {mine().includes("inbox") && (
        <button type="button" class="finder" aria-keyshortcuts="Control+K" onClick={find}>
          {t("find")} <kbd aria-hidden="true">Ctrl+K</kbd>
        </button>
      )}
      <span class="space" />
      {me.value && <span class="me" dir="auto">{names.value.get(me.value.id) ?? ""}</span>}
      <select aria-label={t("language")} value={language.value} onChange={(event) => (language.value = event.currentTarget.value as Language)}>
        {LANGUAGES.map((each) => <option key={each} value={each}>{OWN_NAMES[each]}</option>)}
      </select>
      <select aria-label={t("theme")} value={theme.value} onChange={(event) => (theme.value = event.currentTarget.value as Theme)}>
        {(["system", "light", "dark"] as const).map((each) => <option key={each} value={each}>{t(`theme-${each}`)}</option>)}
      </select>
      {me.value && session.value?.signed_in && <button type="button" class="plain" onClick={() => void signOut()}>{t("sign-out")}</button>}
    </header>
  );
}

/** Why the door signed nobody in. */
const PROBLEMS = ["sign-in-expired", "sign-in-refused", "provider-away"];

function SignIn({ kept }: { kept: boolean }): JSX.Element {
  const ways = session.value?.ways ?? [];
  const problem = new URLSearchParams(location.search).get("problem");
  return (
    <section class="sign-in" role="alert">
      <h1>{t("signed-out")}</h1>
      {kept && <p>{t("signed-out-kept")}</p>}
      {PROBLEMS.find((each) => each === problem) && <p class="bad">{t(problem ?? "")}</p>}
      {ways.includes("provider") && <p><a class="button" href={`/sign-in?at=${encodeURIComponent(location.pathname)}`}>{t("sign-in")}</a></p>}
      {ways.includes("link") && <p>{t("sign-in-by-link")}</p>}
      {ways.length === 0 && <p>{t("no-way-to-sign-in")}</p>}
    </section>
  );
}
