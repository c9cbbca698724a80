import { ProviderError } from "../../model/errors.ts";
import type { Choice, InferenceResponse } from "../../model/response.ts";
import type { StreamEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { LlmProvider } from "../../providers/provider.ts";
import { decodeChatRequest } from "../../wire/chat-completions/request.ts";
import type { Ask, ConformanceCase, StreamCut } from "../cases/conformance-case.ts";
import type { Observed, ObservedCall, ObservedChoice, ObservedError } from "../cases/observed.ts";
import { FakeClock } from "../fake-clock.ts";
import { bodyOf } from "./case-body.ts";
import { openStage } from "./play.ts";
import { refusedSetup } from "./refused-setup.ts";
import type { OpenLibrary } from "./subject.ts";

/** Runs one case through a library, and says what its caller came to know. */
export async function runThroughLibrary(
  testCase: ConformanceCase,
  open: OpenLibrary,
  cut: StreamCut = { kind: "whole" },
): Promise<Observed> {
  const clock = new FakeClock();
  const caller = new AbortController();
  const { replies, startsAfterMs } = testCase;
  const stage = await openStage({ replies, startsAfterMs, cut, clock, leave: () => caller.abort() });
  const { setup = {}, ask = { call: "stream" } } = testCase;
  const baseUrl = (setup.baseUrl ?? "{url}").replace("{url}", stage.url);
  try {
    const provider = await open({ ...setup, baseUrl, clock });
    try {
      if (testCase.callerGone) caller.abort();
      for (let made = 1; made < (testCase.calls ?? 1); made += 1) {
        await answered(provider, ask, caller.signal);
        await stage.settled();
      }
      const known = await answered(provider, ask, caller.signal);
      return { ...known, ...(await stage.report()) };
    } finally {
      await provider.close();
    }
  } catch (error) {
    return { ...refusedSetup(error), ...(await stage.report()) };
  } finally {
    await stage.close();
  }
}

type Known = Omit<Observed, "requests" | "connections" | "leftRunning">;

async function answered(provider: LlmProvider, ask: Ask, signal: AbortSignal): Promise<Known> {
  const events: StreamEvent[] = [];
  try {
    return { ...(await call(provider, ask, signal, events)), ...(events.length > 0 && { events: told(events) }) };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const partial = error.partial === undefined ? { choices: [] } : fromResponse(error.partial);
    return { ...partial, error: errorOf(error), ...(events.length > 0 && { events: told(events) }) };
  }
}

async function call(provider: LlmProvider, ask: Ask, signal: AbortSignal, events: StreamEvent[]): Promise<Known> {
  switch (ask.call) {
    case "stream": {
      const stream = provider.inferStream(decodeChatRequest(bodyOf(ask)), { signal });
      for await (const event of stream) events.push(event);
      return fromResponse(await stream.response);
    }
    case "whole":
      return fromResponse(await provider.infer(decodeChatRequest(bodyOf(ask)), { signal }));
    case "embeddings": {
      const { model, vectors, usage, warnings } = await provider.embeddings({ model: "m", ...ask.request }, { signal });
      return { choices: [], model, vectors, warnings: codes(warnings), ...(usage && { usage }) };
    }
    case "models":
      return { choices: [], models: await provider.listModels({ signal }) };
    case "health":
      return { choices: [], health: await provider.healthCheck({ signal }) };
  }
}

function fromResponse(response: InferenceResponse): Known {
  const { choices, model, usage, extra, warnings } = response;
  return {
    choices: choices.map(observedChoice),
    model,
    warnings: codes(warnings),
    ...(usage && { usage }),
    ...(extra && { extra }),
  };
}

function observedChoice(choice: Choice): ObservedChoice {
  const { text, reasoning, refusal, toolCalls, finishReason, logprobs, audio, reasoningDetails, extra } = choice;
  return {
    text,
    toolCalls: toolCalls.map(observedCall),
    finish: finishReason,
    rawFinish: choice.rawFinishReason,
    ...(reasoning !== undefined && { reasoning }),
    ...(refusal !== undefined && { refusal }),
    ...(logprobs !== undefined && { logprobs }),
    ...(audio !== undefined && { audio }),
    ...(reasoningDetails !== undefined && { reasoningDetails }),
    ...(extra !== undefined && { extra }),
  };
}

function observedCall({ id, type, name, arguments: text, problem, extra }: ToolCall): ObservedCall {
  return { id, type, name, arguments: text, ...(problem && { problem }), ...(extra && { extra }) };
}

function errorOf({ failure }: ProviderError): ObservedError {
  const { code, message, retryAfterMs, param, upstream, kind, retry, partial, timeoutPhase } = failure;
  return {
    code,
    message,
    kind,
    retry,
    partial: partial ?? false,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(param !== undefined && { param }),
    ...(upstream !== undefined && { upstream: { ...upstream } }),
    ...(timeoutPhase !== undefined && { timeoutPhase }),
  };
}

function codes<Code>(warnings: readonly { readonly code: Code }[]): Code[] {
  return warnings.map(({ code }) => code);
}

/** What happened, in order: `text a`, `tool-call-start f`, `finish`. */
function told(events: readonly StreamEvent[]): string[] {
  return events.map((event) => {
    if ("text" in event) return `${event.type} ${event.text}`;
    if (event.type === "tool-call-start") return `${event.type} ${event.name}`;
    return event.type;
  });
}
