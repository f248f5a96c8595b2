import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useRef } from "preact/hooks";
import { Refused } from "./api.js";
import { number } from "./times.js";
import { t } from "./words.js";
export function Files({ draft, attach, remove }) {
    const field = useRef(null);
    return (_jsxs("div", { class: "files", children: [_jsx("input", { ref: field, class: "hidden", type: "file", multiple: true, tabIndex: -1, "aria-label": t("attach"), onChange: (event) => {
                    attach([...(event.currentTarget.files ?? [])]);
                    event.currentTarget.value = ""; // the same file may be chosen again
                } }), draft.files.length > 0 && _jsx("ul", { children: draft.files.map((each) => (_jsxs("li", { children: [_jsx("span", { dir: "auto", children: each.file.name }), " ", _jsxs("span", { class: "quiet", children: [number(Math.ceil(each.file.size / 1024)), " KiB"] }), " ", each.why.value
                            ? _jsx("span", { class: "mark bad", role: "alert", children: each.why.value instanceof Refused ? each.why.value.detail : t("away-short") })
                            : _jsx("span", { class: "mark", role: "status", children: t(each.kept.value ? "file-kept" : "file-going") }), " ", each.why.value && _jsx("button", { type: "button", class: "plain", onClick: () => void each.keep(), children: t("again") }), _jsx("button", { type: "button", class: "plain", "aria-label": t("remove-file", { name: each.file.name }), onClick: () => remove(each), children: t("remove") })] }, each.id))) }), _jsx("button", { type: "button", class: "plain", onClick: () => field.current.click(), children: t("attach") })] }));
}
