// A link within the desk.

import type { ComponentChildren, JSX } from "preact";
import { follow, pathOf } from "./route.js";
import type { Goal } from "./route.js";

export function Go({ to, children, current, class: name }: {
  to: Goal; children: ComponentChildren; current?: boolean; class?: string;
}): JSX.Element {
  return (
    <a href={pathOf(to)} dir="auto" class={name ?? ""} aria-current={current ? "page" : undefined} onClick={(event) => follow(event, to)}>
      {children}
    </a>
  );
}
