// A process whose only work is an engine: it says what it has come to, and ends when nothing keeps it.
import { Worker } from "node:worker_threads";
import { Cancellation } from "../../../model/cancellation.ts";
import { ThreadEngine } from "../thread/thread-engine.ts";

const engine = new ThreadEngine(
  { packagePath: "", modelPath: "m.gguf", contextTokens: 1, slots: 1, gpu: "off" },
  new Worker(new URL("scripted-engine-thread.ts", import.meta.url)),
);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
await engine.load();
say("loaded");
if (process.argv[2] === "close") {
  const question = {
    turns: [{ type: "user", text: "loop" }],
    tools: [],
    mustCall: [],
    maxCalls: 1,
    sampling: {},
    stops: [],
  } as const;
  const ended = engine.generate(question, () => undefined, new Cancellation()).catch(() => say("cancelled"));
  await engine.close();
  await ended;
  say("closed");
}
