import { jsx as _jsx, jsxs as _jsxs, Fragment as _Fragment } from "preact/jsx-runtime";
import { useState } from "preact/hooks";
import { names } from "./desk.js";
import { languageName } from "./inbox.js";
import { Go } from "./link.js";
import { full, number, short } from "./times.js";
import { named, t } from "./words.js";
const FOLDED = 3000; // characters of a long text that are shown at first
export const ERASED = "[erased]"; // as the API shows what is gone with its person
/** Who wrote a line, by name. */
function author(line) {
    if (line.participant_id && line.kind !== "sent")
        return names.value.get(line.participant_id) ?? t("a-participant");
    if (line.author_kind === "customer" || line.kind === "opened" || line.kind === "interaction" || line.kind === "received") {
        return names.value.get(line.customer_id) ?? t("the-customer");
    }
    return names.value.get(line.author_id) ?? named("author", line.author_kind);
}
function Stamp({ line }) {
    const day = line.time_precision === "day";
    return (_jsx("time", { class: "quiet", dateTime: line.occurred_at, title: full(line.occurred_at), children: line.time_precision === "unknown" || line.time_precision === "impossible" ? t("time-unknown") : short(line.occurred_at, day) }));
}
export function LineShown({ line, open }) {
    if (line.kind === "heard")
        return null; // what was said in another conversation; its own line shows it
    if (line.kind !== "received" && line.kind !== "sent" && line.kind !== "note")
        return _jsx(Happening, { line: line });
    const voice = line.kind === "note" ? "note" : line.kind === "sent" ? "ours" : line.participant_id ? "theirs other" : "theirs";
    const receipt = line.kind === "sent" && line.about ? open.receipts.find(line.about)?.value : undefined;
    return (_jsxs("li", { class: `line ${voice}`, children: [_jsxs("div", { class: "line-head", children: [_jsx("strong", { dir: "auto", children: author(line) }), line.kind === "note" && _jsx("span", { class: "mark strong", children: t("note-mark") }), _jsx(Stamp, { line: line }), line.channel && _jsx("span", { class: "quiet", children: line.channel }), line.late && _jsx("span", { class: "mark warn", title: t("late-why", { time: full(line.recorded_at) }), children: t("late") }), line.automatic && _jsx("span", { class: "mark", children: t("automatic") }), line.bidi && _jsx("span", { class: "mark warn", children: t("bidi") }), line.adjusted.length > 0 && _jsx("span", { class: "mark", children: t("adjusted") })] }), line.removed ? (_jsx("p", { class: "quiet", children: t("removed") })) : line.split_into && line.split_into !== open.id ? (_jsxs("p", { class: "quiet", children: [t("moved"), " ", _jsx(Go, { to: { conversation: line.split_into }, children: t("open-it") })] })) : line.text === ERASED ? (_jsx("p", { class: "quiet", children: t("erased") })) : (_jsx(Text, { text: line.text ?? "", ...(line.language ? { language: line.language } : {}) })), line.attachments.length > 0 && !line.removed && (_jsx("ul", { class: "files", children: line.attachments.map((file, at) => _jsx("li", { children: _jsx(File, { file: file, line: line }) }, at)) })), receipt && (_jsxs("p", { class: `receipt ${receipt.state === "failed" ? "bad" : "quiet"}`, children: [named("receipt", receipt.state), " ", receipt.code && _jsx("code", { children: receipt.code })] }))] }));
}
/** A text as it was written: whatever stands in it is text and nothing else. */
function Text({ text, language }) {
    const [whole, setWhole] = useState(false);
    const { said, quoted } = unquoted(text);
    const cut = !whole && said.length > FOLDED;
    return (_jsxs(_Fragment, { children: [_jsx("div", { class: "text", dir: "auto", lang: language, title: language && languageName(language), children: cut ? said.slice(0, FOLDED) : said }), cut && (_jsx("button", { type: "button", class: "plain", onClick: () => setWhole(true), children: t("show-all", { number: number(said.length - FOLDED) }) })), quoted && (_jsxs("details", { children: [_jsx("summary", { children: t("quoted") }), _jsx("div", { class: "text quiet", dir: "auto", children: quoted.slice(0, 20_000) })] }))] }));
}
/** What is new in a text, and the quoted lines at its end. */
function unquoted(text) {
    const lines = text.split("\n");
    let end = lines.length;
    while (end > 0 && (lines[end - 1].startsWith(">") || lines[end - 1].trim() === ""))
        end--;
    if (end === 0 || !lines.slice(end).some((line) => line.startsWith(">")))
        return { said: text, quoted: "" };
    return { said: lines.slice(0, end).join("\n"), quoted: lines.slice(end).join("\n").trim() };
}
// any: the contract leaves attachments open; these fields are docs/content.md's.
function File({ file, line }) {
    const size = typeof file["size"] === "number" ? `${number(Math.ceil(file["size"] / 1024))} KiB` : "";
    const name = String(file["name"] || t("no-name"));
    if (!file["content_id"])
        return _jsxs("span", { dir: "auto", children: [name, " ", _jsxs("span", { class: "quiet", children: [size, " ", t("named-only")] })] });
    const query = new URLSearchParams({ version: String(line.version), content_id: String(file["content_id"]) });
    return (_jsxs("a", { href: `/api/conversations/${line.conversation_id}/content?${query}`, download: name, dir: "auto", children: [name, " ", _jsx("span", { class: "quiet", children: size })] }));
}
/** What was changed, in one line: what it was, and what it is. */
function Happening({ line }) {
    const words = line.reason ?? (line.kind === "opened" || line.field === "subject" ? null : line.text);
    return (_jsxs("li", { class: "happening", children: [_jsx("span", { dir: "auto", children: author(line) }), " ", _jsx("span", { children: happened(line) }), line.sender_failed && _jsx("span", { class: "mark bad", children: t("sender-failed") }), words && _jsxs(_Fragment, { children: [" ", _jsx("q", { dir: "auto", children: words === ERASED ? t("erased") : words })] }), " ", _jsx(Stamp, { line: line }), line.late && _jsx("span", { class: "mark warn", title: t("late-why", { time: full(line.recorded_at) }), children: t("late") })] }));
}
function happened(line) {
    switch (line.kind) {
        case "opened":
            return t("opened");
        case "verdict":
            return t(line.new === "answered" ? "verdict-answered" : "verdict-not-answered");
        case "person-requested":
            return t("asked-for-a-person");
        case "interaction":
            return t("brought", { kind: named("kind", line.new ?? "") });
        case "participant":
            return t("takes-part");
        default: {
            const field = named("field", line.field ?? "");
            const to = line.field === "subject" ? line.text : line.new;
            return (_jsxs(_Fragment, { children: [field, ": ", line.old && _jsxs(_Fragment, { children: [_jsx("s", { dir: "auto", children: value(line.field, line.old) }), " ", _jsx("span", { "aria-hidden": "true", class: "arrow onward" }), " "] }), _jsx("b", { dir: "auto", children: to ? value(line.field, to) : t("nobody-or-nothing") })] }));
        }
    }
}
/** A value of a change in words: ids by the names behind them, those of other conversations as links. */
function value(field, text) {
    if (text.startsWith("conversation-")) {
        return text.split(" ").map((id) => _jsx(Go, { to: { conversation: id }, children: t("another-conversation") }, id));
    }
    if (field === "assignee" || field === "team" || field === "participant") {
        return text.split(" ").map((id) => names.value.get(id) ?? id).join(" · ");
    }
    return named(field ?? "", text);
}
/** Something that is under way. */
export function Pending({ act, dismiss }) {
    const state = act.state.value;
    const why = act.why.value;
    return (_jsxs("li", { class: act.text ? `line pending ${act.what === "do-note" ? "note" : "ours"}` : "happening pending", "data-state": state, children: [_jsxs("span", { class: "line-head", children: [_jsx("span", { children: t(act.what) }), " ", _jsx("span", { class: state === "refused" ? "mark bad" : "mark", children: t(`act-${state}`) })] }), act.text && _jsx("div", { class: "text", dir: "auto", children: act.text }), why && (_jsxs("span", { role: "alert", children: [why.detail, " ", _jsx("code", { children: why.code }), " ", _jsx("button", { type: "button", class: "plain", onClick: dismiss, children: t("dismiss") })] }))] }));
}
