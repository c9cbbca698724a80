import type { JsonObject } from "../../model/json.ts";
import type { BodyEditor } from "../assembly/body-editor.ts";

/** One thing that may have to change in a message; gives the same object where it does not. */
export type MessageStep = (message: JsonObject, index: number, editor: BodyEditor) => JsonObject;
