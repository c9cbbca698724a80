import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { nameOf, refuse } from "../assembly/request-checks.ts";
import { arrayOf, objectOf } from "../json/read.ts";

/** What is wrong with the names of a request's functions, if anything is: one without a name cannot be called. */
export function checkTools({ tools }: JsonObject): Failure | undefined {
  for (const [index, tool] of arrayOf(tools).entries()) {
    const definition = objectOf(objectOf(tool)?.["function"]);
    if (definition === undefined) continue;
    const { name } = definition;
    if (typeof name === "string" && name.trim() !== "") continue;
    const path = `tools[${index}].function.name`;
    return refuse(path, `\`${path}\` must be the name of a function, not ${nameOf(name)}`);
  }
  return undefined;
}
