// A story over the API, in the types that are generated from the contract: each `@ts-expect-error` is a mistake that
// these types have to catch. tests/clients/test_generated_clients.py compiles it, and runs it against a real API.

import createClient from "openapi-fetch";
import type { components, paths } from "./contract.js";

type Line = components["schemas"]["HistoryLine"];

const [url, ...tokens] = process.argv.slice(2);
const [gateway, agent, customer] = tokens.map((token) =>
  createClient<paths>({ baseUrl: url!, headers: { Authorization: `Bearer ${token}` } }),
);
if (!gateway || !agent || !customer) throw new Error("story.js URL GATEWAY AGENT CUSTOMER");

declare const process: { argv: string[] };

// What came with a status of 200 or 201.
function given<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

// A gateway delivers what somebody wrote.
const delivered = given(
  await gateway.POST("/deliveries", {
    body: {
      channel: "mail",
      channel_message_id: "m-77",
      contact: { kind: "mail", value: "bea@example.org", name: "Bea" },
      body: "Where is my order?",
      kind: "complaint",
      subject: "late",
    },
  }),
);

// An agent finds it in the inbox, and answers what they saw.
const header = { "At-Least": delivered.position };
const inbox = given(
  await agent.GET("/inbox", { params: { query: { kind: ["complaint"], include: ["names"] }, header } }),
);
const path = { id: inbox.items.find((item) => item.conversation_id === delivered.id)!.conversation_id };
const seen = await agent.GET("/conversations/{id}", { params: { path, header } });
const subject: string | null | undefined = given(seen).conversation.subject;
const replied = await agent.POST("/conversations/{id}/replies", {
  params: { path, header: { "If-Match": seen.response.headers.get("ETag")!, "Idempotency-Key": "k1" } },
  body: { body: "It comes tomorrow." },
});

// With the same key and other words, the answer is a problem with a code.
const refused = await agent.POST("/conversations/{id}/replies", {
  params: { path, header: { "Idempotency-Key": "k1" } },
  body: { body: "It came yesterday." },
});
const code: string | undefined = refused.error?.code;

// Both of them are in the history.
const after = given(
  await agent.GET("/conversations/{id}", {
    params: { path, header: { "At-Least": given(replied).position } },
  }),
);
const spoken: Line[] = after.lines.filter((line) => line.kind === "received" || line.kind === "sent");

// A customer opens a matter of their own, and reads what is theirs.
const opened = given(
  await customer.POST("/me/conversations", { body: { kind: "inquiry", body: "Do you mend kettles?" } }),
);
const mine = given(
  await customer.GET("/me/conversations", { params: { header: { "At-Least": opened.position } } }),
);

// What the contract does not allow does not compile.
const mistakes = async () => {
  // @ts-expect-error: a text is no number
  await agent.POST("/conversations/{id}/replies", { params: { path }, body: { body: 5 } });
  // @ts-expect-error: there is no such route
  await agent.GET("/conversation/{id}", { params: { path } });
  // @ts-expect-error: there is no such status
  await agent.PUT("/conversations/{id}/status", { params: { path }, body: { status: "done" } });
  // @ts-expect-error: a subject may be null
  const text: string = after.conversation.subject;
};
void mistakes;

console.log(
  JSON.stringify({
    subject,
    code,
    spoken: spoken.map((line) => line.text),
    opened: mine.conversations.some((each) => each.conversation_id === opened.id),
  }),
);
