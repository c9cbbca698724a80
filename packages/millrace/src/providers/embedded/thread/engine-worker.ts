// The thread of one engine: it loads a model, and does what its owner asks until it is closed.
import { parentPort } from "node:worker_threads";
import { startLlamaEngine } from "./llama-cpp/llama-engine.ts";
import { serveEngine } from "./serve-engine.ts";

if (parentPort === null) throw new Error("This file is the entry of a thread.");
serveEngine(parentPort, startLlamaEngine);
