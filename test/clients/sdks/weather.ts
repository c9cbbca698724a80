/** The tool of the SDKs' scripts, and what the scripted model does with it. */
import { FINAL_MARK, PLAIN_TEXT } from "../upstream/script.ts";

export { PLAIN_TEXT };

export const TOOL = "get_weather";
export const TOOL_DESCRIPTION = "The weather of a city";
export const TOOL_SCHEMA = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
} as const;
/** What the scripted model asks the tool. */
export const TOOL_INPUT = { city: "wheel" } as const;
export const TOOL_OUTPUT = "4 degrees, rain";
/** The last word, where the result reaches the model as it is and not inside an object. */
export const FINAL_TEXT = `The tool said: ${TOOL_OUTPUT} ${FINAL_MARK}`;
export const QUESTION = "How is the weather?";
/** An answer in the shape of a schema. */
export const PERSON_SCHEMA = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
} as const;
export const PERSON = { name: "wheel", age: 42 } as const;

/** Whether the model has said its last word about what the tool gave, in whatever wrapping the client puts around it. */
export function isLastWord(text: string): boolean {
  return text.includes(TOOL_OUTPUT) && text.endsWith(FINAL_MARK);
}
