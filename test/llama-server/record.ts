/**
 * Re-records a transcript: sends each of its requests to a live server and writes what comes back.
 *
 *   node test/llama-server/record.ts http://127.0.0.1:8080 fixtures/llama-server/02-chat-stream.txt
 *
 * `serve.ts` starts such a server. What takes more than one request at a time (10 and 12) is recorded by hand.
 * Comment lines before the first exchange are kept; say there which server and model it was.
 */
import { readFile, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import {
  parseHttpTranscript,
  type RecordedExchange,
} from "../../packages/millrace/src/conformance/recordings/http-transcript.ts";

const [base, file] = process.argv.slice(2);
if (!base || !file) {
  process.stderr.write("Usage: node test/llama-server/record.ts BASE_URL TRANSCRIPT\n");
  process.exit(2);
}

const text = await readFile(file, "utf8");
const heading = text.slice(0, text.search(/^##### /m));
const sections: string[] = [];
for (const exchange of parseHttpTranscript(text)) sections.push(await record(base, exchange));
await writeFile(file, heading + sections.join("\n"));

function record(baseUrl: string, { title, request: sent }: RecordedExchange): Promise<string> {
  // Asked to close the connection, a server would say so in its reply. One each: after a stream it closes it unasked.
  const agent = new Agent({ keepAlive: true });
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(sent.path, baseUrl),
      { method: sent.method, headers: sent.headers, agent },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("error", reject);
        reply.on("end", () => {
          agent.destroy();
          const requestLines = [
            `${sent.method} ${sent.path}`,
            ...Object.entries(sent.headers).map(([name, value]) => `${name}: ${value}`),
            ...(sent.body === "" ? [] : sent.body.split("\n")),
          ].map((line) => `> ${line}`);
          const headers: string[] = [];
          for (let i = 0; i < reply.rawHeaders.length; i += 2)
            headers.push(`${reply.rawHeaders[i]}: ${reply.rawHeaders[i + 1]}`);
          const statusLine = `HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}`;
          const body = Buffer.concat(chunks).toString("utf8").replace(/\n+$/, "");
          const end = reply.headers["content-type"]?.startsWith("text/event-stream") ? ["", ""] : [""];
          resolve([`##### ${title}`, ...requestLines, statusLine, ...headers, "", body, ...end].join("\n"));
        });
      },
    );
    call.on("error", reject);
    call.end(sent.body);
  });
}
