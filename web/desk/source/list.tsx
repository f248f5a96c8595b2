// A list of which only the rows in sight are in the document, however long it is. What comes in above does not move
// what somebody looks at.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";

const BEYOND = 6; // rows drawn above and below those in sight

interface Given {
  ids: readonly string[];
  height: number;
  label: string;
  /** The row that stays in sight as the selection moves. */
  current: string | null;
  row(id: string, at: number): ComponentChildren;
}

export function List({ ids, height, label, current, row }: Given): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 900 });
  const anchor = useRef<{ id: string; offset: number } | null>(null);

  const look = (): void => {
    const { scrollTop, clientHeight } = box.current!;
    const first = Math.floor(scrollTop / height);
    const id = ids[first];
    anchor.current = scrollTop > 0 && id !== undefined ? { id, offset: scrollTop - first * height } : null;
    setSeen((was) => (was.top === scrollTop && was.height === clientHeight ? was : { top: scrollTop, height: clientHeight }));
  };

  useLayoutEffect(() => {
    const resized = new ResizeObserver(look);
    resized.observe(box.current!);
    return () => resized.disconnect();
  });

  // The order changed: the first row in sight stays where it was.
  useLayoutEffect(() => {
    const held = anchor.current;
    const at = held ? ids.indexOf(held.id) : -1;
    if (held && at >= 0) box.current!.scrollTop = at * height + held.offset;
    look();
  }, [ids, height]);

  useLayoutEffect(() => {
    const at = current === null ? -1 : ids.indexOf(current);
    if (at < 0) return;
    const { scrollTop, clientHeight } = box.current!;
    if (at * height < scrollTop) box.current!.scrollTop = at * height;
    else if ((at + 1) * height > scrollTop + clientHeight) box.current!.scrollTop = (at + 1) * height - clientHeight;
  }, [current]);

  const first = Math.max(0, Math.floor(seen.top / height) - BEYOND);
  const last = Math.min(ids.length, Math.ceil((seen.top + seen.height) / height) + BEYOND);
  return (
    <div class="list" ref={box} onScroll={look}>
      <ul aria-label={label} style={{ blockSize: `${ids.length * height}px` }}>
        {ids.slice(first, last).map((id, at) => (
          <li
            key={id}
            aria-setsize={ids.length}
            aria-posinset={first + at + 1}
            style={{ insetBlockStart: `${(first + at) * height}px`, blockSize: `${height}px` }}
          >
            {row(id, first + at)}
          </li>
        ))}
      </ul>
    </div>
  );
}
