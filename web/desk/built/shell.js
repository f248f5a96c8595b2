import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
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
import { route } from "./route.js";
import { board } from "./signals.js";
import { said } from "./say.js";
import { Loading } from "./states.js";
import { Welcome } from "./welcome.js";
import { t, worded } from "./words.js";
const OWN_NAMES = { en: "English", de: "Deutsch" };
export function Shell() {
    if (!worded.value)
        return _jsx("div", { class: "shell" });
    if ([inbox, board].some((each) => each.refused.value?.status === 401) && session.value?.signed_in)
        signedOut();
    return (_jsxs("div", { class: "shell", children: [_jsx("a", { class: "skip", href: "#main", children: t("skip") }), _jsx(Top, {}), session.value && !session.value.signed_in && _jsx(SignIn, { kept: unsent() }), failed.value && _jsx("p", { class: "banner bad", role: "alert", children: t("cannot-begin") }), me.value && inbox.loaded.value && inbox.connection.value === "away" && _jsx("p", { class: "banner warn", role: "status", children: t("away") }), me.value ? _jsx(Screens, {}) : session.value?.signed_in !== false && !failed.value ? _jsx(Loading, { what: t("loading") }) : null, _jsx("p", { class: "hidden", role: "status", "aria-live": "polite", id: "said", children: said.value })] }));
}
function Screens() {
    const { conversation, customer, about } = route.value;
    const screen = route.value.screen ?? mine()[0] ?? "inbox";
    return (_jsxs("main", { id: "main", tabIndex: -1, class: `screens on-${screen} ${conversation || customer || about ? "open" : ""}`, children: [screen === "measures" ? _jsx(Measures, {}) : screen === "board" ? _jsx(Board, {}) : (_jsxs(_Fragment, { children: [_jsx(Inbox, {}), _jsx("div", { class: "pane", children: conversation ? _jsx(Conversation, { id: conversation }, conversation)
                            : customer ? _jsx(CustomerPage, { id: customer }, customer)
                                : _jsx(Welcome, {}) })] })), _jsx(Palette, {})] }));
}
/** The way to each screen. */
function Ways() {
    const screens = mine();
    if (screens.length < 2)
        return null;
    const shown = route.value.screen ?? screens[0];
    return (_jsx("nav", { class: "ways-to", "aria-label": t("screens"), children: screens.map((screen) => _jsx(Go, { to: { screen }, current: shown === screen, children: t(`screen-${screen}`) }, screen)) }));
}
function Top() {
    return (_jsxs("header", { class: "top", children: [_jsx("h1", { class: "brand", children: "Antiphon" }), me.value && _jsx(Ways, {}), mine().includes("inbox") && (_jsxs("button", { type: "button", class: "finder", "aria-keyshortcuts": "Control+K", onClick: find, children: [t("find"), " ", _jsx("kbd", { "aria-hidden": "true", children: "Ctrl+K" })] })), _jsx("span", { class: "space" }), me.value && _jsx("span", { class: "me", dir: "auto", children: names.value.get(me.value.id) ?? "" }), _jsx("select", { "aria-label": t("language"), value: language.value, onChange: (event) => (language.value = event.currentTarget.value), children: LANGUAGES.map((each) => _jsx("option", { value: each, children: OWN_NAMES[each] }, each)) }), _jsx("select", { "aria-label": t("theme"), value: theme.value, onChange: (event) => (theme.value = event.currentTarget.value), children: ["system", "light", "dark"].map((each) => _jsx("option", { value: each, children: t(`theme-${each}`) }, each)) }), me.value && session.value?.signed_in && _jsx("button", { type: "button", class: "plain", onClick: () => void signOut(), children: t("sign-out") })] }));
}
/** Why the door signed nobody in. */
const PROBLEMS = ["sign-in-expired", "sign-in-refused", "provider-away"];
function SignIn({ kept }) {
    const ways = session.value?.ways ?? [];
    const problem = new URLSearchParams(location.search).get("problem");
    return (_jsxs("section", { class: "sign-in", role: "alert", children: [_jsx("h1", { children: t("signed-out") }), kept && _jsx("p", { children: t("signed-out-kept") }), PROBLEMS.find((each) => each === problem) && _jsx("p", { class: "bad", children: t(problem ?? "") }), ways.includes("provider") && _jsx("p", { children: _jsx("a", { class: "button", href: `/sign-in?at=${encodeURIComponent(location.pathname)}`, children: t("sign-in") }) }), ways.includes("link") && _jsx("p", { children: t("sign-in-by-link") }), ways.length === 0 && _jsx("p", { children: t("no-way-to-sign-in") })] }));
}
