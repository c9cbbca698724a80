// A thread with an engine that has no model: it says what the last turn tells it to.
import { parentPort } from "node:worker_threads";
import { serveEngine } from "../thread/serve-engine.ts";
import { ScriptedEngine } from "./scripted-engine.ts";

if (parentPort === null) throw new Error("This file is the entry of a thread.");
serveEngine(parentPort, ({ modelPath }) => {
  const engine = new ScriptedEngine();
  if (modelPath === "broken.gguf") engine.failed(new Error("It is broken."));
  else engine.loaded();
  const generate = engine.generate.bind(engine);
  engine.generate = (request, onPieces, signal) => {
    const turn = request.turns.at(-1);
    const word = turn?.type === "user" ? turn.text : "";
    if (word === "die") process.exit(3);
    engine.script = { pieces: [{ type: "text", text: word }], endless: word === "loop" };
    return generate(request, onPieces, signal);
  };
  return engine;
});
