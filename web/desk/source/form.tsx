// The form of a dialog that does something: what is filled in, what will be, and the two ways out.

import type { ComponentChildren, JSX } from "preact";
import { Dialog } from "./dialog.js";
import { t } from "./words.js";

interface Given {
  title: string;
  /** What will be, once it is done; null while something is missing. */
  preview: ComponentChildren | null;
  /** The words of the button that does it. */
  does: string;
  submit(): void;
  close(): void;
  children: ComponentChildren;
}

export function Form({ title, preview, does, submit, close, children }: Given): JSX.Element {
  return (
    <Dialog label={title} close={close} class="form">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (preview === null) return;
          submit();
          close();
        }}
      >
        <h2>{title}</h2>
        {children}
        <div class="preview" role="status">{preview ?? <p class="quiet">{t("preview-missing")}</p>}</div>
        <div class="ways">
          <button type="button" onClick={close}>{t("cancel")}</button>
          <button type="submit" class="send" disabled={preview === null}>{does}</button>
        </div>
      </form>
    </Dialog>
  );
}
