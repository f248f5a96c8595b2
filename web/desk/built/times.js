// Times in words: of the viewer's zone, which the page names, and in the language of the page.
import { signal } from "@preact/signals";
import { locale, t } from "./words.js";
/** Now, as the page shows it: it goes on every half minute. */
export const now = signal(Date.now());
setInterval(() => (now.value = Date.now()), 30_000);
const UNITS = [
    ["year", 365 * 86_400], ["month", 30 * 86_400], ["day", 86_400], ["hour", 3600], ["minute", 60],
];
const formats = new Map();
function unitOf(seconds) {
    return UNITS.find(([, size]) => seconds >= size) ?? ["minute", 60];
}
function made(name, make) {
    const key = `${locale()} ${name}`;
    let found = formats.get(key);
    if (!found)
        formats.set(key, (found = make()));
    return found;
}
/** A length of time in its largest whole unit: "9 days". */
export function long(ms) {
    const seconds = Math.abs(ms) / 1000;
    const [unit, size] = unitOf(seconds);
    const number = Math.max(seconds < 60 ? 0 : 1, Math.floor(seconds / size));
    if (number === 0)
        return t("less-than-a-minute");
    return made(unit, () => new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" })).format(number);
}
/** When something was, or will be: "9 days ago", "in 2 hours". */
export function when(at) {
    const seconds = (Date.parse(at) - now.value) / 1000;
    const [unit, size] = unitOf(Math.abs(seconds));
    const format = made("relative", () => new Intl.RelativeTimeFormat(locale(), { numeric: "always" }));
    return format.format(Math.trunc(seconds / size), unit);
}
/** A date and a time, in full. */
export function full(at) {
    return made("full", () => new Intl.DateTimeFormat(locale(), { dateStyle: "full", timeStyle: "short" })).format(new Date(at));
}
/** A date and a time, short: without the year, if it is this one. */
export function short(at, day = false) {
    const date = new Date(at);
    const year = date.getFullYear() !== new Date(now.value).getFullYear();
    const options = {
        day: "numeric", month: "short", ...(year ? { year: "numeric" } : {}), ...(day ? {} : { hour: "numeric", minute: "2-digit" }),
    };
    return made(`short ${year} ${day}`, () => new Intl.DateTimeFormat(locale(), options)).format(date);
}
/** The viewer's zone, as people call it. */
export function zone() {
    const parts = made("zone", () => new Intl.DateTimeFormat(locale(), { timeZoneName: "long" })).formatToParts(new Date(now.value));
    return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}
/** A number, as the language writes it. */
export function number(value) {
    return made("number", () => new Intl.NumberFormat(locale())).format(value);
}
