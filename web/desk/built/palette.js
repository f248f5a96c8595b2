import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "./dialog.js";
import { ask, asked, chosen, failed, finding, found, looking, take } from "./finding.js";
import { say } from "./say.js";
import { t } from "./words.js";
export function Palette() {
    return finding.value ? _jsx(Open, {}) : null;
}
function Open() {
    const results = found.value;
    const list = useRef(null);
    const at = Math.min(chosen.value, results.length - 1);
    useEffect(() => list.current?.children[at]?.scrollIntoView({ block: "nearest" }), [at]);
    useEffect(() => {
        if (!looking.value && asked.value)
            say(t("found", { number: results.length }));
    }, [results, looking.value]);
    const move = (by) => {
        chosen.value = (at + by + results.length) % Math.max(results.length, 1);
    };
    const moves = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(results[at]) };
    return (_jsxs(Dialog, { label: t("find"), close: () => (finding.value = false), class: "palette", children: [_jsx("input", { type: "text", role: "combobox", "aria-label": t("find"), "aria-expanded": results.length > 0, "aria-controls": "found", "aria-autocomplete": "list", "aria-activedescendant": results.length ? `found-${at}` : undefined, autocomplete: "off", spellcheck: false, maxLength: 200, dir: "auto", placeholder: t("find-what"), value: asked.value, onInput: (event) => ask(event.currentTarget.value), onKeyDown: (event) => {
                    const does = moves[event.key];
                    if (!does)
                        return;
                    event.preventDefault();
                    does();
                } }), _jsx("ul", { id: "found", role: "listbox", "aria-label": t("results"), ref: list, children: results.map((each, index) => (_jsxs("li", { id: `found-${index}`, role: "option", "aria-selected": index === at, onClick: () => take(each), children: [_jsx("span", { class: "quiet", children: each.kind }), _jsx("span", { class: "said", dir: "auto", children: each.parts.map((part, nth) => (part.hit ? _jsx("mark", { children: part.text }, nth) : part.text)) }), each.whose && _jsx("strong", { dir: "auto", children: each.whose })] }, each.id))) }), _jsx("p", { class: "quiet", children: failed.value ? t("find-failed") : looking.value ? t("looking") : results.length ? t("find-keys") : t("nothing-found") })] }));
}
