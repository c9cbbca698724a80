import { providerError } from "../../model/errors.ts";
import type { JsonObject } from "../../model/json.ts";
import type { EmbeddedCall } from "./embedded-call.ts";
import type { EmbeddedRequest, EmbeddedServer } from "./embedded-server.ts";

/** Whether it could answer: a model that is not loaded is, as soon as it is asked. */
export async function describeHealth(
  call: EmbeddedCall,
  { id }: EmbeddedRequest,
  { keeper }: EmbeddedServer,
): Promise<void> {
  const trouble = await keeper.trouble();
  if (trouble !== undefined) throw providerError(trouble);
  send(call, id, { status: "ok", state: keeper.state });
}

export async function describeModels(
  call: EmbeddedCall,
  { id }: EmbeddedRequest,
  server: EmbeddedServer,
): Promise<void> {
  send(call, id, { object: "list", data: [describeModel(server)] });
}

/** How busy it is. */
export async function describeLoad(call: EmbeddedCall, { id }: EmbeddedRequest, server: EmbeddedServer): Promise<void> {
  const { keeper, modelId, slots } = server;
  const counts = { slots: slots.count, running: slots.taken, waiting: slots.waiting };
  send(call, id, { data: [{ id: modelId, state: keeper.state, ...counts }] });
}

function describeModel({ contextTokens, keeper, modelId }: EmbeddedServer): JsonObject {
  return {
    id: modelId,
    object: "model",
    created: 0,
    owned_by: "embedded",
    state: keeper.state,
    context_length: keeper.model?.contextTokens ?? contextTokens,
  };
}

function send(call: EmbeddedCall, id: string, document: JsonObject): void {
  call.open("application/json", id);
  call.write(JSON.stringify(document));
}
