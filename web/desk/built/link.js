import { jsx as _jsx } from "preact/jsx-runtime";
import { follow, pathOf } from "./route.js";
export function Go({ to, children, class: name }) {
    return _jsx("a", { href: pathOf(to), dir: "auto", ...(name ? { class: name } : {}), onClick: (event) => follow(event, to), children: children });
}
