import type { FactSheet } from "../fact.ts";
import { CHARACTERS } from "./characters.ts";
import { CHAT } from "./chat.ts";
import { DISCOVERY } from "./discovery.ts";
import { EMBEDDINGS } from "./embeddings.ts";
import { ERRORS } from "./errors.ts";
import { LOADING_WINDOW } from "./loading.ts";
import { MID_STREAM } from "./mid-stream.ts";
import { REASONING } from "./reasoning.ts";
import { ROUTER } from "./router.ts";
import { STRUCTURED } from "./structured.ts";
import { TOOLS } from "./tools.ts";

/** One sheet for each file under `fixtures/llama-server`. */
export const SHEETS: readonly FactSheet[] = [
  DISCOVERY,
  CHAT,
  TOOLS,
  REASONING,
  STRUCTURED,
  ERRORS,
  CHARACTERS,
  EMBEDDINGS,
  LOADING_WINDOW,
  MID_STREAM,
  ROUTER,
];
