import { jsx as _jsx } from "preact/jsx-runtime";
// Where the page begins.
import { effect } from "@preact/signals";
import { render } from "preact";
import { begin } from "./desk.js";
import { listen } from "./keys.js";
import { unsent } from "./open.js";
import { Shell } from "./shell.js";
import { counted } from "./views.js";
render(_jsx(Shell, {}), document.getElementById("desk"));
listen();
void begin();
// How many wait for this person, in the title: it is seen in a tab that is behind others.
effect(() => {
    const { mine } = counted.value.views;
    document.title = mine ? `(${mine}) Antiphon` : "Antiphon";
});
// What is written and not sent would be lost with the page.
addEventListener("beforeunload", (event) => {
    if (unsent())
        event.preventDefault();
});
