/**
 * A model server that is started like one. Its arguments: the port, then any of `stubborn` (it ignores being asked to
 * end), `child` (it starts another one, on the port in PORT_OF_CHILD, and leaves it behind), `loading` (its first
 * health check finds it loading), `failing` (it says why, and ends with 3), `env` (it prints WORD and its folder).
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";

const [, script = "", port, ...manners] = process.argv;
let loading = manners.includes("loading");

if (manners.includes("failing")) {
  process.stderr.write(`cannot load the model\n`);
  process.exit(3);
}
if (manners.includes("env")) process.stdout.write(`${process.env["WORD"]} ${process.cwd()}\n`);
if (manners.includes("stubborn")) process.on("SIGTERM", () => undefined);
if (manners.includes("child")) {
  spawn(process.execPath, [script, process.env["PORT_OF_CHILD"] ?? ""], { stdio: "inherit" });
}

const answer = { choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hello" } }] };
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

createServer((request, response) => {
  let body = "";
  request.on("data", (piece: Buffer) => (body += piece.toString()));
  request.on("end", () => {
    const json = (status: number, value: object): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (request.url === "/health") {
      if (loading) json(503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } });
      else json(200, { status: "ok" });
      loading = false;
    } else if (request.url === "/v1/models") {
      json(200, { data: [{ id: "model.gguf" }] });
    } else if (request.url === "/end") {
      process.exit(7);
    } else if (body.includes('"stream":true')) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ content: "Hello" }));
      if (!body.includes("go on")) response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
    } else {
      json(200, answer);
    }
  });
}).listen(Number(port), "127.0.0.1", () => process.stdout.write(`listening on ${port}\n`));
