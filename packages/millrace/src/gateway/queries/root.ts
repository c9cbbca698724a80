import type { JsonObject } from "../../model/json.ts";
import { KNOWN_PATHS } from "../routes.ts";

/** What is found at `/`: a sign that this is the right port, and the way on. */
export function root(): JsonObject {
  return { name: "millrace", endpoints: KNOWN_PATHS };
}
