import { cleanText } from "../json/clean.ts";
import type { ServerCodec } from "../translation/codec.ts";
import { encodeConverseRequest } from "./request.ts";
import type { ConverseRules } from "./rules.ts";
import { ConverseStreamDecoder } from "./stream.ts";

/** Amazon Bedrock's Converse API, for servers with these rules. No client speaks it to a gateway. */
export function createConverseServer(rules: ConverseRules): ServerCodec {
  return {
    // Ids hold ":" and, as ARNs, "/".
    routeOf: ({ model, stream }) => ({
      path: `/model/${encodeURIComponent(cleanText(model))}/${stream ? "converse-stream" : "converse"}`,
    }),
    encodeRequest: (request, options) => encodeConverseRequest(request, options, rules),
    createStreamDecoder: (options) => new ConverseStreamDecoder(options, rules),
  };
}
