import type { Change } from "../../model/change.ts";
import type { Failure } from "../../model/failure.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { InferenceResponse } from "../../model/response.ts";
import type { DecodedEvent } from "../../model/stream-event.ts";
import type { ToolCall } from "../../model/tool.ts";
import type { StreamDecoder } from "../assembly/reply-stream.ts";
import type { ServerCodec } from "./codec.ts";
import { type NameRule, takenName, withTakenNames } from "./tool-names.ts";

/**
 * The codec for servers that take some names of tools only: it sends others under names that are taken, and reads
 * calls of those as calls of the caller's own tools.
 */
export function withNameRule(codec: ServerCodec, rule: NameRule): ServerCodec {
  return {
    ...codec,
    encodeRequest: (request, options) => {
      const named = withTakenNames(request, rule);
      const encoded = codec.encodeRequest(named, options);
      return named === request ? encoded : { ...encoded, changes: [...renamings(request, rule), ...encoded.changes] };
    },
    createStreamDecoder: (options) => {
      const odd = (options.toolNames ?? []).filter((name) => !rule.taken.test(name));
      if (odd.length === 0) return codec.createStreamDecoder(options);
      const own = new Map(odd.map((name) => [takenName(name, rule), name]));
      const toolNames = options.toolNames?.map((name) => takenName(name, rule));
      return new OwnNames(codec.createStreamDecoder({ ...options, ...(toolNames && { toolNames }) }), own);
    },
  };
}

function renamings({ tools = [] }: InferenceRequest, rule: NameRule): readonly Change[] {
  return tools.flatMap((tool, index): readonly Change[] => {
    if ("raw" in tool || rule.taken.test(tool.name)) return [];
    const reason = "the server takes no tool of that name";
    return [{ field: `tools[${index}].name`, action: "replaced", to: takenName(tool.name, rule), reason }];
  });
}

/** A decoder whose calls are of the caller's own tools again. */
class OwnNames implements StreamDecoder {
  readonly #inner: StreamDecoder;
  readonly #own: ReadonlyMap<string, string>;

  constructor(inner: StreamDecoder, own: ReadonlyMap<string, string>) {
    this.#inner = inner;
    this.#own = own;
  }

  get contentSeen(): boolean {
    return this.#inner.contentSeen;
  }

  get ended(): boolean {
    return this.#inner.ended;
  }

  push(bytes: Uint8Array): readonly DecodedEvent[] {
    return this.#inner.push(bytes).map(this.#event);
  }

  end(): readonly DecodedEvent[] {
    return this.#inner.end().map(this.#event);
  }

  cut(failure: Failure): readonly DecodedEvent[] {
    return this.#inner.cut(failure).map(this.#event);
  }

  fail(failure: Failure): DecodedEvent {
    return this.#event(this.#inner.fail(failure));
  }

  readonly #event = (event: DecodedEvent): DecodedEvent => {
    switch (event.type) {
      case "tool-call-start":
        return this.#named(event);
      case "tool-call-end":
        return { ...event, call: this.#named(event.call) };
      case "finish":
        return { ...event, response: this.#response(event.response) };
      case "failure":
        return event.partial === undefined ? event : { ...event, partial: this.#response(event.partial) };
      default:
        return event;
    }
  };

  #response(response: InferenceResponse): InferenceResponse {
    const choices = response.choices.map((choice) => ({ ...choice, toolCalls: this.#calls(choice.toolCalls) }));
    return { ...response, toolCalls: this.#calls(response.toolCalls), choices };
  }

  #calls(calls: readonly ToolCall[]): readonly ToolCall[] {
    return calls.map((call) => this.#named(call));
  }

  #named<T extends { readonly name: string }>(named: T): T {
    const name = this.#own.get(named.name);
    return name === undefined ? named : { ...named, name };
  }
}
