/**
 * The hostile servers, in a process of their own so that their memory is nobody else's: the first segment
 * of a request's path says which one is meant. Says its port, and answers `{ gone: NAME }` when no connection
 * of that server is left.
 */
import { jsonReply } from "../../scripted-upstream/reply-bytes.ts";
import { createScriptedUpstream } from "../../scripted-upstream/scripted-upstream.ts";
import { HOSTILE_UPSTREAMS } from "../hostile-upstreams.ts";
import { HONEST, honestReply } from "./honest.ts";

const byPath = new Map(HOSTILE_UPSTREAMS.map((hostile) => [encodeURIComponent(hostile.name), hostile]));

const upstream = await createScriptedUpstream((exchange, index) => {
  const [, first = ""] = exchange.request.path.split("/");
  if (first === HONEST) return honestReply(exchange);
  const hostile = byPath.get(first);
  return hostile === undefined ? exchange.send(jsonReply(404, {})) : hostile.script(exchange, index);
});

process.on("message", (name: string) => {
  const mine = upstream.exchanges.filter(({ request }) => request.path.startsWith(`/${encodeURIComponent(name)}/`));
  void Promise.all(mine.map((exchange) => exchange.closed)).then(() => process.send?.({ gone: name }));
});
process.on("disconnect", () => process.exit());
process.send?.({ port: upstream.port });
