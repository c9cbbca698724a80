import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { createParser } from "eventsource-parser";
import { afterEach, describe, expect, test } from "vitest";
import { testGateway } from "../../gateway/testing/test-gateway.ts";
import { ProviderError } from "../../model/errors.ts";
import { HttpProvider } from "../../providers/http-provider.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { listen } from "../../server/listener/listener.ts";
import { createScriptedUpstream } from "../scripted-upstream/scripted-upstream.ts";
import { parseHttpTranscript } from "./http-transcript.ts";
import { parseJsonLines } from "./json-lines.ts";
import { isEventStream, type RecordedReply } from "./recorded-reply.ts";
import { type Replay, replaysOf } from "./replay.ts";

const FIXTURES = fileURLToPath(new URL("../../../../../fixtures/", import.meta.url));
const HOSTED = filesIn("hosted", ".jsonl");
const RECORDED = filesIn("llama-server", ".txt").flatMap((file) =>
  parseHttpTranscript(readFileSync(`${FIXTURES}llama-server/${file}`, "utf8"))
    .filter(({ reply }) => isEventStream(reply))
    .map(({ title, reply }) => ({ file, title, reply })),
);

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function filesIn(folder: string, end: string): string[] {
  return readdirSync(FIXTURES + folder).filter((file) => file.endsWith(end));
}

function hosted(file: string): RecordedReply {
  const whole = !file.startsWith("openrouter-error");
  return parseJsonLines(readFileSync(`${FIXTURES}hosted/${file}`, "utf8"), { done: whole });
}

async function providerFor({ script }: Replay): Promise<HttpProvider> {
  const upstream = await createScriptedUpstream(script);
  const provider = new HttpProvider({ name: "desk", baseUrl: upstream.url });
  closing.push(
    () => upstream.close(),
    () => provider.close(),
  );
  return provider;
}

/** The answer, or the error and what had come by then; without what differs from call to call. */
async function throughLibrary(replay: Replay): Promise<unknown> {
  const provider = await providerFor(replay);
  try {
    const { latencyMs: _, ...answer } = await provider.inferStream({ model: "m", prompt: "hi" }).response;
    return answer;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { failure: error.failure, partial: error.partial };
  }
}

/** The events that a client of the gateway is given. */
async function throughGateway(replay: Replay): Promise<readonly unknown[]> {
  const { gateway } = testGateway(systemClock, [await providerFor(replay)]);
  const listener = await listen(gateway, { host: "127.0.0.1", port: 0 }, systemClock);
  closing.push(() => listener.close());
  const body = { model: "desk/m", stream: true, stream_options: { include_usage: true }, messages: [HELLO] };
  const reply = await new Promise<string>((resolve, reject) => {
    const outgoing = httpRequest(`${listener.url}/v1/chat/completions`, { method: "POST", agent: false }, (message) => {
      text(message).then(resolve, reject);
    });
    outgoing.on("error", reject).end(JSON.stringify(body));
  });
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => events.push(data === "[DONE]" ? data : (JSON.parse(data) as unknown)),
  });
  parser.feed(reply);
  return events;
}

const HELLO = { role: "user", content: "Hello" };

function snapshotOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

describe("streams of hosted services, made by hand", () => {
  test.each(HOSTED)("%s, through the library", async (file) => {
    const [first, ...others] = await answers(hosted(file), throughLibrary);
    await expect(snapshotOf(first)).toMatchFileSnapshot(
      `${FIXTURES}hosted/expected/${file.replace("jsonl", "library.json")}`,
    );
    for (const other of others) expect(other).toEqual(first);
  });

  test.each(HOSTED)("%s, through the gateway", async (file) => {
    const [first, ...others] = await answers(hosted(file), throughGateway);
    await expect(snapshotOf(first)).toMatchFileSnapshot(
      `${FIXTURES}hosted/expected/${file.replace("jsonl", "gateway.json")}`,
    );
    for (const other of others) expect(other).toEqual(first);
  });
});

describe("streams of a real llama-server", () => {
  test.each(RECORDED)("$file: $title — the same as recorded, byte by byte, and with CRLF", async ({ reply }) => {
    const [first, ...others] = await answers(reply, throughLibrary);
    expect(others).toEqual([first, first]);
  });
});

/** What each of a reply's three replays comes to. */
async function answers<T>(reply: RecordedReply, through: (replay: Replay) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const replay of replaysOf(reply)) results.push(await through(replay));
  expect(results).toHaveLength(3);
  return results;
}
