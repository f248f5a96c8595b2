import { jsx as _jsx } from "preact/jsx-runtime";
import { follow, pathOf } from "./route.js";
export function Go({ to, children, current, class: name }) {
    return (_jsx("a", { href: pathOf(to), dir: "auto", class: name ?? "", "aria-current": current ? "page" : undefined, onClick: (event) => follow(event, to), children: children }));
}
