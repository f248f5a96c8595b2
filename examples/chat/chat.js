// The page of the chat: sends what the visitor types, and shows what both sides said. Texts are shown as text, never as
// HTML, in the direction in which they are written.
"use strict";

const lines = document.getElementById("lines");
const form = document.getElementById("say");
const body = document.getElementById("body");
const state = document.getElementById("state");
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
let after = 0;

function show(line) {
  const shown = document.createElement("li");
  shown.dir = "auto";
  shown.className = line.ours ? "company" : "visitor";
  shown.textContent = line.body;
  lines.append(shown);
  after = line.number;
}

// Asked with the number of the last line that is shown: so the gateway knows what was seen.
async function hear() {
  const answer = await fetch(`heard?after=${after}`);
  if (answer.ok) (await answer.json()).forEach(show);
}

// With one id for all attempts, so that what was said is taken in once.
async function say(text) {
  const told = JSON.stringify({ id: crypto.randomUUID(), body: text });
  for (;;) {
    const answer = await fetch("said", { method: "POST", headers: { "Content-Type": "application/json" }, body: told })
      .catch(() => null);
    if (answer?.ok) return true;
    if (answer && answer.status < 500) return false;
    state.textContent = "not sent yet, trying again";
    await pause(2000);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = body.value;
  body.value = "";
  const sent = await say(text);
  state.textContent = sent ? "" : "this could not be sent";
  if (!sent) body.value = text;
});

(async () => {
  for (;;) {
    await hear().catch(() => {});
    await pause(1000);
  }
})();
