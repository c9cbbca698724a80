import { chatServer } from "./chat-servers.ts";
import type { ClientDialect, ServerDialect } from "./dialect.ts";
import { CLIENTS, SERVERS } from "./dialects.ts";
import { REPLY_FEATURES } from "./reply-features.ts";
import { replyVerdict } from "./reply-verdicts.ts";
import { REQUEST_FEATURES } from "./request-features.ts";
import { requestVerdict, type Verdict } from "./request-verdicts.ts";

/** What `docs/dialects.md` holds: what becomes of everything that clients of each dialect say, and servers answer. */
export function dialectMatrix(): string {
  return `${INTRODUCTION}\n${CLIENTS.map(clientText).join("\n")}`;
}

/** A server as a column of a table. */
interface Column {
  readonly title: string;
  readonly server: ServerDialect;
}

const TITLES: Readonly<Record<string, string>> = {
  "chat-completions": "Chat completions",
  messages: "Messages",
  responses: "Responses",
  "generate-content": "Gemini",
  ollama: "Ollama",
  converse: "Bedrock",
};

const ANSWERING: readonly Column[] = SERVERS.map((server) => ({ title: titleOf(server.name), server }));

const ASKED: readonly Column[] = [
  { title: "Chat, OpenAI", server: chatServer("openai") },
  { title: "Chat, others", server: chatServer("openai-compatible") },
  ...ANSWERING.filter(({ server }) => server.name !== "chat-completions"),
];

const INTRODUCTION = `# What becomes of a request in another dialect

A client of any dialect reaches a model behind any other. Where both sides speak the same one, requests and replies pass as they are;
only the replies of a server that nobody knows (the profiles that end in \`-compatible\`) are read and written anew.
Otherwise a request is read into one vocabulary and written anew, and so is every event of the reply. These tables say, for every pair,
what then becomes of what a client says and of what a server answers. They are written by \`npx node scripts/dialect-matrix.ts\`, which
sends each thing through the codecs and reads it as the other side would; \`fixtures/dialects\` has whole conversations of every pair.

| | |
|---|---|
| exact | What arrives, read as the other side reads it, says the same. |
| mapped | It arrives in another form: another dialect's word for it, a number for a word, a plain text for a mark. |
| reported | It is left out, or put as something near to it, and \`x-millrace-changes\` names the field. |
| refused | The request gets a 400 that names the field: without it the answer would be to another question. |
| kept | The client's dialect has no place for it. The gateway keeps it by the id of the tool call, and puts it back in the next turn. |
| – | One of the two dialects has no such thing. |

\`x-millrace-changes\` is a header of the reply: each field, what was done to it (\`dropped\`, \`replaced\`, \`renamed\`,
\`added\`), and what it became. With \`strict: true\`, in the configuration, in a request's \`millrace\` field or as
\`x-millrace-route: strict\`, a field that would be \`dropped\` is a 400 instead, with the code \`not_expressible\`; if another target of the model
can be sent all of it, that one is asked.

A tool of a name that a server does not take is sent to it under another, which \`x-millrace-changes\` tells, and called by its own name in the
answer. MCP servers have such names: Anthropic takes 128 characters, OpenAI and Amazon 64, and only letters, digits, \`_\` and \`-\`.

The names in \`anthropic-beta\` go along to Claude on Bedrock. Any other server of another dialect knows nothing of them, which is told once;
those that only say who the client is, or how it reads a stream, are not.

What a server takes is a matter of its model too. These are asked here. *Chat, OpenAI* is OpenAI's own chat completions; *Chat, others* is
any server of which no more is known than that it speaks them.

${modelsAsked()}
`;

function modelsAsked(): string {
  const rows = SERVERS.map(({ name, model }) => `| ${titleOf(name)} | \`${model}\` |`);
  return ["| the server speaks | the model |", "|---|---|", ...rows].join("\n");
}

function titleOf(name: string): string {
  return TITLES[name] ?? name;
}

function clientText(client: ClientDialect): string {
  const asked = REQUEST_FEATURES.map((feature) => ({
    name: feature.name,
    verdicts: ASKED.map(({ server }) => requestVerdict(client, server, feature)),
  }));
  const answered = REPLY_FEATURES.map((feature) => ({
    name: feature.name,
    verdicts: ANSWERING.map(({ server }) => replyVerdict(client, server, feature)),
  }));
  return [
    `## Clients of ${titleOf(client.name)}\n`,
    "What they ask, by what the server speaks:\n",
    ...table(ASKED, asked),
    "\nWhat they are answered, by what the server speaks:\n",
    ...table(ANSWERING, answered),
    "",
  ].join("\n");
}

/** A feature, and what becomes of it with each of the servers. */
interface Row {
  readonly name: string;
  readonly verdicts: readonly Verdict[];
}

/** The rows of which there is something to say, and which have no word in the dialect. */
function table(columns: readonly Column[], rows: readonly Row[]): readonly string[] {
  const [spoken, unspoken] = [rows.filter(isSpoken), rows.filter((one) => !isSpoken(one))];
  return [
    `| | ${columns.map(({ title }) => title).join(" | ")} |`,
    `|---|${columns.map(() => "---|").join("")}`,
    ...spoken.map(rowText),
    ...(unspoken.length === 0 ? [] : [`\nNo word for: ${unspoken.map(({ name }) => name).join("; ")}.`]),
  ];
}

function isSpoken({ verdicts }: Row): boolean {
  return verdicts.some((verdict) => verdict !== "none");
}

function rowText({ name, verdicts }: Row): string {
  return `| ${name} | ${verdicts.map((verdict) => (verdict === "none" ? "–" : verdict)).join(" | ")} |`;
}
