// The words of the page, from one catalogue for each language (Fluent), and the one of English where a word is absent.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { effect, signal } from "@preact/signals";
import { language } from "./preferences.js";
const bundles = signal([]);
const texts = new Map();
/** Whether the words are here. */
export const worded = signal(false);
/** The locale of dates and numbers. */
export const locale = () => ({ "en-XA": "en", "ar-XB": "ar" }[language.value] ?? language.value);
effect(() => void load(language.value));
async function load(wanted) {
    const own = wanted === "de" ? ["de", "en"] : ["en"];
    const loaded = await Promise.all(own.map((name) => bundle(name, wanted)));
    if (wanted !== language.peek())
        return;
    bundles.value = loaded;
    worded.value = true;
    document.documentElement.lang = locale();
    document.documentElement.dir = wanted === "ar-XB" ? "rtl" : "ltr";
}
async function bundle(name, wanted) {
    let text = texts.get(name);
    if (!text)
        texts.set(name, (text = fetch(`/desk/words/${name}.ftl`).then((answer) => answer.text())));
    const made = new FluentBundle(wanted === "en-XA" || wanted === "ar-XB" ? locale() : name, {
        transform: wanted === "en-XA" || wanted === "ar-XB" ? accented : (plain) => plain,
    });
    made.addResource(new FluentResource(await text));
    return made;
}
const ACCENTED = new Map([..."aeioucnsyAEIOUCNSY"].map((letter, at) => [letter, [..."àéîöüçñšýÀÉÎÖÜÇÑŠÝ"][at]]));
/** Text that one can read and sees to be translated: whatever is not accented is written in the code. */
function accented(text) {
    return [...text].map((letter) => ACCENTED.get(letter) ?? letter).join("");
}
/** The words of this name. */
export function t(name, given = {}) {
    for (const each of bundles.value) {
        const message = each.getMessage(name);
        if (message?.value)
            return each.formatPattern(message.value, given, []);
    }
    return name;
}
/** The words of a name that the API gave, such as a status; the name itself where no catalogue has it. */
export function named(kind, name) {
    const words = t(`${kind}-${name.replaceAll("_", "-")}`);
    return words.startsWith(`${kind}-`) ? name : words;
}
