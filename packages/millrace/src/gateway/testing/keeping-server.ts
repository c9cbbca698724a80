import { event } from "../../conformance/scripted-upstream/reply-bytes.ts";
import type { Script } from "../../conformance/scripted-upstream/scripted-upstream.ts";
import type { JsonObject } from "../../model/json.ts";

const TEXT = {
  type: "message",
  id: "msg_1",
  role: "assistant",
  content: [{ type: "output_text", text: "Hello", annotations: [] }],
};

/** A server that keeps what it answers, as OpenAI's does: ids are the names of the server with a number behind. */
export function keepingServer(name: string): Script {
  const kept = new Map<string, JsonObject>();
  return (exchange, index) => {
    const { method, path } = exchange.request;
    const [, id = "", below] = /\/responses\/([^/?]+)(\/\w+)?/.exec(path) ?? [];
    if (id === "" && method === "GET") return exchange.json({ object: "list", data: [{ id: "gpt-4.1" }] });
    if (id === "") {
      const { background, store = true, stream } = exchange.request.json() as JsonObject;
      const status = background === true ? "queued" : "completed";
      const response = { id: `resp_${name}${index}`, object: "response", model: "m", status, store, output: [TEXT] };
      if (store === true) kept.set(response.id, response);
      if (stream !== true) return exchange.json(response);
      const created = { ...response, status: "in_progress", output: [] };
      return exchange.stream([
        event({ type: "response.created", response: created }),
        event({ type: "response.completed", response }),
      ]);
    }
    const response = kept.get(id);
    if (response === undefined) return exchange.json({ error: { message: `${id} is not here` } }, 404);
    if (method === "DELETE") kept.delete(id);
    if (method === "DELETE") return exchange.json({ id, object: "response.deleted", deleted: true });
    if (below === "/input_items") return exchange.json({ object: "list", data: [{ type: "message" }] });
    return exchange.json({ ...response, ...(below === "/cancel" && { status: "cancelled" }) });
  };
}
