import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { Dialog } from "./dialog.js";
import { t } from "./words.js";
export function Form({ title, preview, does, submit, close, children }) {
    return (_jsx(Dialog, { label: title, close: close, class: "form", children: _jsxs("form", { onSubmit: (event) => {
                event.preventDefault();
                if (preview === null)
                    return;
                submit();
                close();
            }, children: [_jsx("h2", { children: title }), children, _jsx("div", { class: "preview", role: "status", children: preview ?? _jsx("p", { class: "quiet", children: t("preview-missing") }) }), _jsxs("div", { class: "ways", children: [_jsx("button", { type: "button", onClick: close, children: t("cancel") }), _jsx("button", { type: "submit", class: "send", disabled: preview === null, children: does })] })] }) }));
}
