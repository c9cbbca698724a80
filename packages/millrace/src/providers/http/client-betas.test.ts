import { describe, expect, test } from "vitest";
import type { ForwardReply, ForwardRequest } from "../provider.ts";
import { openDesk, type Desk } from "./testing/desk.ts";
import { errorOf } from "./testing/failing.ts";
import { completion } from "./testing/wire.ts";

const CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const HEADER = "claude-code-20250219, context-1m-2025-08-07,interleaved-thinking-2025-05-14";
const BOTH = ["context-1m-2025-08-07", "interleaved-thinking-2025-05-14"];

interface Refusing {
  readonly betas?: readonly string[];
}

/** A server of Converse that refuses some betas, and names none. */
function openBedrock({ betas = [] }: Refusing = {}): Promise<Desk> {
  return openDesk(
    (exchange) =>
      betasIn(exchange.request.json())?.some((beta) => betas.includes(beta)) === true
        ? exchange.json({ message: "The model returned the following errors: invalid beta flag" }, 400)
        : exchange.json({
            output: { message: { role: "assistant", content: [{ text: "ok" }] } },
            stopReason: "end_turn",
            usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
          }),
    { profile: "bedrock", apiKey: "k", streamUpstream: false },
  );
}

interface Sent {
  readonly additionalModelRequestFields?: { readonly anthropic_beta?: readonly string[] };
}

function betasIn(body: unknown): readonly string[] | undefined {
  return (body as Sent).additionalModelRequestFields?.anthropic_beta;
}

/** What a client of Messages asks with betas, in front of a server that speaks another dialect. */
function asking(model: string, betas: string | undefined, more: Partial<ForwardRequest> = {}): ForwardRequest {
  const messages = [{ role: "user", content: "hi" }] as const;
  const json = { model, messages, max_tokens: 5 };
  return {
    operation: "messages",
    model,
    body: { bytes: new TextEncoder().encode(JSON.stringify(json)), json, outline: json },
    stream: false,
    conversation: () => ({ request: { model, messages, maxTokens: 5 }, changes: [] }),
    headers: { "anthropic-version": "2023-06-01", ...(betas !== undefined && { "anthropic-beta": betas }) },
    ...more,
  };
}

/** What is told of betas. */
function told({ changes }: ForwardReply): readonly string[] {
  return changes.filter(({ field }) => field.includes("beta")).map(({ field, action }) => `${field} ${action}`);
}

const sentTo = ({ upstream }: Desk): readonly unknown[] =>
  upstream.exchanges.map(({ request }) => betasIn(request.json()));

describe("a client's betas, in front of Bedrock", () => {
  test("go where Anthropic's models are asked for them, and not into a header", async () => {
    const desk = await openBedrock();
    expect(told(await desk.provider.forward(asking(CLAUDE, HEADER)))).toEqual([]);
    expect(sentTo(desk)).toEqual([BOTH]);
    expect(desk.upstream.exchanges[0]?.request.headers).not.toHaveProperty("anthropic-beta");
  });

  test("have no place with another maker's model", async () => {
    const desk = await openBedrock();
    expect(told(await desk.provider.forward(asking("amazon.nova-pro-v1:0", HEADER)))).toEqual([
      "anthropic-beta dropped",
    ]);
    expect(sentTo(desk)).toEqual([undefined]);
  });

  test("that it does not document are left out first, where it refuses one and names none", async () => {
    const desk = await openBedrock({ betas: ["new-thing-1"] });
    const request = asking(CLAUDE, `new-thing-1,${HEADER}`);
    expect(told(await desk.provider.forward(request))).toEqual(["anthropic-beta.new-thing-1 dropped"]);
    expect(told(await desk.provider.forward(request))).toEqual(["anthropic-beta.new-thing-1 dropped"]);
    expect(sentTo(desk)).toEqual([["new-thing-1", ...BOTH], BOTH, BOTH]);
  });

  test("are all left out where that is not enough", async () => {
    const desk = await openBedrock({ betas: ["context-1m-2025-08-07"] });
    expect(told(await desk.provider.forward(asking(CLAUDE, HEADER)))).toEqual(["anthropic-beta dropped"]);
    expect(sentTo(desk)).toEqual([BOTH, undefined]);
  });

  test("are not left out where nothing may be", async () => {
    const desk = await openBedrock({ betas: BOTH });
    const error = await errorOf(desk.provider.forward(asking(CLAUDE, HEADER, { strict: true })));
    expect(error.message).toContain("invalid beta flag");
    expect(sentTo(desk)).toEqual([BOTH]);
  });
});

describe("a client's betas, in front of a server that knows none", () => {
  const openChat = (): Promise<Desk> =>
    openDesk((exchange) => exchange.json(completion("Hello")), { profile: "openai-compatible", streamUpstream: false });

  test.each<[string | undefined, readonly string[]]>([
    [HEADER, ["anthropic-beta dropped"]],
    ["claude-code-20250219,oauth-2025-04-20,fine-grained-tool-streaming-2025-05-14", []],
    [" , ", []],
    [undefined, []],
  ])("are told once, but for those that only say who asks: %j", async (betas, changes) => {
    const { provider, upstream } = await openChat();
    expect(told(await provider.forward(asking("m", betas)))).toEqual(changes);
    expect(upstream.exchanges[0]?.request.headers).not.toHaveProperty("anthropic-beta");
  });

  test("are refused where nothing may be left out", async () => {
    const { provider, upstream } = await openChat();
    const error = await errorOf(provider.forward(asking("m", HEADER, { strict: true })));
    expect(error).toMatchObject({ kind: "unsupported", failure: { param: "anthropic-beta" } });
    expect(upstream.exchanges).toHaveLength(0);
  });
});
