import { createGateway } from "../../gateway/gateway.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { Cancellation } from "../../model/cancellation.ts";
import type { GatewayProvider } from "../../providers/provider.ts";
import { systemClock } from "../../providers/transport/system-clock.ts";
import { parseJson } from "../../wire/json/parse.ts";
import { arrayOf, numberOf, objectOf, stringOf } from "../../wire/json/read.ts";
import { compilePlan } from "../compile-plan.ts";
import type { Settings } from "../config/settings.ts";
import { gatewayPorts } from "../gateway-ports.ts";
import { createLog } from "../log/log.ts";
import { EXIT } from "./exit-code.ts";
import { print, printError, printJson, table } from "./output.ts";
import { withProviders } from "./provider-access.ts";
import { askRunningGateway } from "./running-gateway.ts";

const PATH = "/v1/route";

export interface ExplainFlags {
  readonly config?: string;
  readonly json: boolean;
  /** What a client would send as `x-millrace-route`. */
  readonly route?: string;
}

/**
 * Says where a request for this model would go, and why. Asks the gateway that runs with these settings, which knows
 * how its targets are; without one, says what the configuration alone comes to. Ends with 1 when nobody would answer.
 */
export async function explain(model: string, prompt: string, flags: ExplainFlags): Promise<number> {
  return withProviders(flags.config, async ({ settings, providers }) => {
    const request = requestFor(model, prompt, flags.route);
    const running = await askRunningGateway(settings, { path: PATH, ...request });
    if (running === undefined) printError("No gateway runs with these settings: how its targets are is not known.");
    const answer = objectOf(running ?? (await answerWithoutGateway(settings, providers, request))) ?? {};
    if (flags.json) printJson(answer);
    else print(asText(answer));
    return arrayOf(answer["candidates"]).length > 0 ? EXIT.ok : EXIT.failed;
  });
}

interface RouteRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function requestFor(model: string, prompt: string, route: string | undefined): RouteRequest {
  return {
    headers: { "content-type": "application/json", ...(route !== undefined && { "x-millrace-route": route }) },
    body: JSON.stringify({ model, messages: [{ role: "user", content: prompt }] }),
  };
}

/** A gateway that nobody can reach answers in this process. */
async function answerWithoutGateway(
  settings: Settings,
  providers: readonly GatewayProvider[],
  { headers, body }: RouteRequest,
): Promise<JsonValue> {
  const log = createLog(
    "text",
    (text) => process.stderr.write(text),
    () => systemClock.wallNow(),
  );
  const plan = { ...compilePlan({ ...settings, keys: [] }, providers), probeMs: 0 };
  const gateway = createGateway(gatewayPorts(log), plan);
  await gateway.catalog.list();
  let text = "";
  const decoder = new TextDecoder();
  const take = (bytes: Uint8Array | string = ""): true => {
    text += typeof bytes === "string" ? bytes : decoder.decode(bytes);
    return true;
  };
  await gateway.handle(
    {
      method: "POST",
      path: PATH,
      query: "",
      headers,
      remoteAddress: "127.0.0.1",
      signal: new Cancellation(),
      readBody: () => Promise.resolve(new TextEncoder().encode(body)),
    },
    {
      headSent: false,
      head: () => undefined,
      write: take,
      drained: () => Promise.resolve(),
      end: (bytes) => void take(bytes),
    },
  );
  const parsed = parseJson(text);
  return parsed.ok ? parsed.value : {};
}

function asText(answer: JsonObject): string {
  const strategy = stringOf(answer["strategy"]);
  const error = objectOf(answer["error"]);
  const rows = [
    ...arrayOf(answer["candidates"]).map((candidate, index) => row(`${index + 1}.`, candidate)),
    ...arrayOf(answer["excluded"]).map((excluded) => row("-", excluded)),
  ];
  return [
    `${stringOf(answer["model"]) ?? "The request"}${strategy === undefined ? "" : `: ${strategy}`}`,
    ...(rows.length > 0 ? [table([["", "TARGET", "STATE", "IN FLIGHT", "REASON"], ...rows])] : []),
    ...(error === undefined ? [] : [`Nobody would answer: ${stringOf(error["message"]) ?? ""}`]),
  ].join("\n");
}

function row(place: string, value: JsonValue): readonly string[] {
  const target = objectOf(value) ?? {};
  const inFlight = numberOf(target["in_flight"]) ?? 0;
  const slots = numberOf(target["slots"]);
  return [
    place,
    stringOf(target["target"]) ?? "",
    stringOf(target["state"]) ?? "",
    slots === undefined ? String(inFlight) : `${inFlight} of ${slots}`,
    stringOf(target["reason"]) ?? "",
  ];
}
