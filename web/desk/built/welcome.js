import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { t } from "./words.js";
export const KEYS = [
    ["j", "key-next"], ["k", "key-previous"], ["Enter", "key-open"], ["r", "key-reply"], ["n", "key-note"], ["p", "key-promise"],
    ["Ctrl+Enter", "key-send"], ["c", "key-customer"], ["h", "key-hand-over"], ["m", "key-merge"], ["s", "key-split"], ["Ctrl+K", "key-find"], ["u", "key-back"], ["?", "key-help"],
];
export function Welcome() {
    return (_jsxs("section", { class: "welcome", "aria-label": t("welcome"), children: [_jsx("h2", { children: t("welcome") }), _jsx("ol", { class: "tour", children: [1, 2, 3, 4, 5].map((each) => _jsx("li", { children: t(`tour-${each}`) }, each)) }), _jsx("h3", { children: t("keys") }), _jsx("dl", { class: "keys", children: KEYS.map(([key, words]) => [
                    _jsx("dt", { children: _jsx("kbd", { children: key }) }, `key ${key}`),
                    _jsx("dd", { children: t(words) }, `words ${key}`),
                ]) })] }));
}
