/**
 * A model server in a process of its own, to be killed: `node test/harness/chat-server.ts [port]`. It prints its URL.
 * Answers take a while, some longer than others: words with pauses between them, or all of them in one document.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

const WORDS = 10;
const BETWEEN_WORDS_MS = 4;
const LONGEST_DELAY_MS = 80;

const [port = "0"] = process.argv.slice(2);
let asked = 0;

const server = createServer((request, response) => void answer(request, response));
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    sendJson(response, { object: "list", data: [{ id: "m", object: "model" }] });
    return;
  }
  const { stream } = (await json(request)) as { readonly stream?: boolean };
  asked += 1;
  // Spread evenly over the range, and the same in every run.
  await delay((asked * 37) % LONGEST_DELAY_MS);
  if (stream === true) await sendWords(response);
  else await delay(WORDS * BETWEEN_WORDS_MS).then(() => sendWhole(response));
}

async function sendWords(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let word = 0; word < WORDS; word += 1) {
    sendChunk(response, { delta: { role: "assistant", content: `word${word} ` }, finish_reason: null });
    await delay(BETWEEN_WORDS_MS);
  }
  sendChunk(response, { delta: {}, finish_reason: "stop" });
  response.end("data: [DONE]\n\n");
}

function sendChunk(response: ServerResponse, choice: object): void {
  const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model: "m" };
  response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, ...choice }] })}\n\n`);
}

function sendWhole(response: ServerResponse): void {
  const content = Array.from({ length: WORDS }, (_, word) => `word${word} `).join("");
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  sendJson(response, { id: "c1", object: "chat.completion", created: 1, model: "m", choices });
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}
