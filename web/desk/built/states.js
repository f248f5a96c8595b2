import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { t } from "./words.js";
export function Loading({ what }) {
    return (_jsxs("div", { class: "loading", role: "status", children: [_jsx("span", { class: "hidden", children: what }), [1, 2, 3, 4].map((each) => (_jsx("div", { class: "skeleton", "aria-hidden": "true" }, each)))] }));
}
export function Empty({ text, more }) {
    return (_jsxs("div", { class: "state", children: [_jsx("p", { children: text }), more && _jsx("p", { class: "quiet", children: more })] }));
}
/** Why something is not shown: not for this person, not there, or another reason in the API's words. */
export function NotShown({ why, gone }) {
    const text = why.status === 403 ? t("forbidden") : why.status === 404 ? gone : t("refused-because", { why: why.detail });
    return (_jsxs("div", { class: "state", role: "alert", children: [_jsx("p", { children: text }), _jsx("p", { class: "quiet", children: _jsx("code", { children: why.code }) })] }));
}
