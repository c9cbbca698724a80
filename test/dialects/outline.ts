import type { JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { Message } from "../../packages/millrace/src/model/message.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";
import { partsOf } from "../../packages/millrace/src/wire/translation/conversation.ts";

/** One thing that was said, whatever message it stands in and whatever the ids. */
export type Said = readonly [what: string, ...details: readonly JsonValue[]];

/** Everything that a conversation says, in order. A result names its call by where that stands among the calls. */
export function outlineOf({ messages = [], tools = [] }: InferenceRequest): readonly Said[] {
  const places = new Map<string, number>();
  return [...tools.map((tool): Said => ["tool", "name" in tool ? tool.name : "?"]), ...messages.flatMap(saidIn)];

  function saidIn(message: Message): readonly Said[] {
    const { role, toolCalls = [], toolCallId = "" } = message;
    const said = partsOf(message).map((part): Said => {
      const text = part.type === "text" ? part.text : part.type;
      return role === "tool" ? ["result", places.get(toolCallId) ?? -1, text] : [role, text];
    });
    const called = toolCalls.map((call): Said => {
      places.set(call.id, places.size);
      return ["call", call.name, call.input ?? call.arguments];
    });
    return [...said, ...called];
  }
}
