// A link within the desk.

import type { ComponentChildren, JSX } from "preact";
import { follow, pathOf } from "./route.js";
import type { Goal } from "./route.js";

export function Go({ to, children, class: name }: { to: Goal; children: ComponentChildren; class?: string }): JSX.Element {
  return <a href={pathOf(to)} dir="auto" {...(name ? { class: name } : {})} onClick={(event) => follow(event, to)}>{children}</a>;
}
