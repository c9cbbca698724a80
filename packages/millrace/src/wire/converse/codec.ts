import { cleanText } from "../json/clean.ts";
import type { ServerCodec } from "../translation/codec.ts";
import { withNameRule } from "../translation/named-tools.ts";
import { UP_TO_64 } from "../translation/tool-names.ts";
import { withBetas } from "./betas.ts";
import { encodeConverseRequest } from "./request.ts";
import { familyOf } from "./rules.ts";
import type { ConverseRules } from "./rules.ts";
import { ConverseStreamDecoder } from "./stream.ts";

/** Amazon Bedrock's Converse API, for servers with these rules. No client speaks it to a gateway. */
export function createConverseServer(rules: ConverseRules): ServerCodec {
  const codec: ServerCodec = {
    // Ids hold ":" and, as ARNs, "/".
    routeOf: ({ model, stream }) => ({
      path: `/model/${encodeURIComponent(cleanText(model))}/${stream ? "converse-stream" : "converse"}`,
    }),
    encodeRequest: (request, options) => encodeConverseRequest(request, options, rules),
    createStreamDecoder: (options) => new ConverseStreamDecoder(options, rules),
    withBetas: (body, betas, model) => withBetas(body, betas, familyOf(rules, model)),
  };
  return withNameRule(codec, UP_TO_64);
}
