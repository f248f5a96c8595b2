// A dialog over the page: the browser's own, which keeps the focus within, ends at Escape, and gives the focus back.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Dialog({ label, close, children, class: name }: {
  label: string; close(): void; children: ComponentChildren; class?: string;
}): JSX.Element {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = box.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-label={label}
      {...(name ? { class: name } : {})}
      onCancel={(event) => {
        event.preventDefault(); // what is shown follows from what the page holds
        close();
      }}
      onClick={(event) => event.target === box.current && close()}
    >
      {children}
    </dialog>
  );
}
