// What a person chose for the page itself. Kept in this browser; nothing of a customer is.
import { effect, signal } from "@preact/signals";
/** The catalogues there are, and two that only tests and translators ask for: accented, and from right to left. */
export const LANGUAGES = ["en", "de"];
export const PSEUDO = ["en-XA", "ar-XB"];
export const language = signal(chosenLanguage());
export const theme = signal(kept("theme") ?? "system");
effect(() => keep("language", language.value));
effect(() => {
    keep("theme", theme.value);
    document.documentElement.dataset["theme"] = theme.value;
});
function chosenLanguage() {
    const asked = new URLSearchParams(location.search).get("lang") ?? kept("language") ?? "";
    const all = [...LANGUAGES, ...PSEUDO];
    if (all.includes(asked))
        return asked;
    const own = navigator.languages.map((each) => each.split("-")[0]).find((each) => all.includes(each));
    return own ?? "en";
}
function kept(name) {
    try {
        return localStorage.getItem(`desk-${name}`);
    }
    catch {
        return null; // a browser that keeps nothing
    }
}
function keep(name, value) {
    try {
        localStorage.setItem(`desk-${name}`, value);
    }
    catch {
        // it is chosen anew next time
    }
}
