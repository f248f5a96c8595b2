import { jsx as _jsx, jsxs as _jsxs } from "preact/jsx-runtime";
import { useLayoutEffect, useRef } from "preact/hooks";
import { LineShown, Pending } from "./line.js";
import { inOrder, SHOWN } from "./open.js";
import { full, number } from "./times.js";
import { t } from "./words.js";
export function Lines({ open }) {
    const box = useRef(null);
    const atEnd = useRef(true);
    void open.lines.changes.value;
    const then = open.then.value;
    const lines = then ? inOrder([...(then.lines.value ?? [])]) : open.ordered();
    const shown = lines.slice(-open.most.value);
    const pending = then ? [] : open.acts.value;
    // Whoever reads the end goes on seeing it; whoever reads further up is not moved.
    useLayoutEffect(() => {
        if (atEnd.current)
            box.current.scrollTop = box.current.scrollHeight;
    }, [lines.length, pending.length]);
    return (_jsxs("div", { class: then ? "lines once" : "lines", ref: box, tabIndex: 0, role: "region", "aria-label": t(then ? "lines-once" : "lines"), onScroll: ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => (atEnd.current = scrollTop + clientHeight > scrollHeight - 40), children: [lines.length > shown.length && (_jsx("button", { type: "button", class: "plain", onClick: () => (open.most.value += SHOWN), children: t("earlier", { number: number(lines.length - shown.length) }) })), then && then.lines.value?.length === 0 && _jsx("p", { class: "quiet", children: t("nothing-then") }), _jsxs("ol", { children: [shown.map((line) => (_jsx(LineShown, { line: line, open: open }, `${line.conversation_id} ${line.version}`))), pending.map((each) => _jsx(Pending, { act: each, dismiss: () => open.dismiss(each) }, each.key))] })] }));
}
/** The slider over the times of a conversation. */
export function Slider({ open, then }) {
    const times = then.times();
    const at = then.at.value;
    const time = full(times[at]);
    return (_jsxs("section", { class: "then", "aria-label": t("then"), children: [_jsxs("label", { children: [_jsx("span", { class: "hidden", children: t("then-by") }), _jsxs("select", { value: then.mode.value, onChange: (event) => {
                            const mode = event.currentTarget.value;
                            then.go(then.times(mode).length - 1, mode);
                        }, children: [_jsx("option", { value: "known_at", children: t("then-known-at") }), _jsx("option", { value: "as_of", children: t("then-as-of") })] })] }), _jsx("input", { type: "range", id: "then", min: 0, max: times.length - 1, step: 1, value: at, "aria-label": t("then-when"), "aria-valuetext": time, onInput: (event) => then.go(Number(event.currentTarget.value)) }), _jsx("output", { for: "then", children: t("then-at", { time, at: number(at + 1), of: number(times.length) }) }), then.failed.value && _jsx("span", { class: "mark bad", role: "alert", children: t("known-away") }), _jsx("button", { type: "button", onClick: () => leave(open), children: t("then-end") })] }));
}
/** Look at it as it is now. */
export function leave(open) {
    open.then.peek()?.end();
    open.then.value = null;
}
