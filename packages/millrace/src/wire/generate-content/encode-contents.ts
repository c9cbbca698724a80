import type { JsonObject } from "../../model/json.ts";
import type { Message, ReasoningDetail } from "../../model/message.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { ToolCall } from "../../model/tool.ts";
import { arrayOf, objectOf } from "../json/read.ts";
import { argumentsObject } from "../translation/call-arguments.ts";
import { conversationOf, instructedConversation, partsOf } from "../translation/conversation.ts";
import { functionCallOf } from "../translation/custom-tools.ts";
import { ContentList } from "./content-list.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { PartWriter } from "./encode-parts.ts";
import { encodeResponse } from "./function-results.ts";
import { isAmong } from "./rules.ts";
import type { GenerateContentRules } from "./rules.ts";
import { callSignature, signatureOf } from "./signatures.ts";

export interface ContentsOptions {
  readonly model: string;
  readonly rules: GenerateContentRules;
  readonly account: EncodingAccount;
}

/** The conversation of a request as `systemInstruction` and `contents`. */
export function encodeConversation(request: InferenceRequest, options: ContentsOptions): JsonObject {
  const { instructions, turns, changes } = instructedConversation(request);
  const { account } = options;
  account.report(...changes);
  const parts = new PartWriter(options.rules, account);
  const told = instructions.flatMap((part, index): readonly JsonObject[] => {
    const path = `messages[0].content[${index}]`;
    if (part.type !== "text" && part.type !== "opaque") {
      account.refuse(path, `\`${path}\` cannot be sent: this server takes instructions as text only`);
    }
    return written(parts.write(part, path));
  });
  const first = conversationOf(request).length - turns.length;
  const writer = new ContentsWriter(options, parts);
  const own = ownTurns(turns);
  for (const [index, turn] of turns.entries()) writer.write(turn, `messages[${first + index}]`, own.has(turn));
  if (turns.length > 0) return instructed(writer.contents(), told, options);
  // Somebody has to say something.
  if (told.length > 0) account.replace("messages[0].role", "user", "there is no turn");
  return { contents: [{ role: "user", parts: told.length > 0 ? told : [{ text: "" }] }] };
}

function instructed(
  contents: readonly JsonObject[],
  told: readonly JsonObject[],
  { model, rules, account }: ContentsOptions,
): JsonObject {
  const [first, ...rest] = contents;
  if (told.length === 0) return { contents };
  if (!isAmong(model, rules.uninstructedModels)) return { systemInstruction: { parts: told }, contents };
  account.replace("messages[0].role", "user", "the model takes no instructions");
  return { contents: [{ ...first, parts: [...told, ...arrayOf(first?.["parts"])] }, ...rest] };
}

function written(part: JsonObject | undefined): readonly JsonObject[] {
  return part === undefined ? [] : [part];
}

/** The turns of answers that this server's models gave. One answer may be several in a row: its signature comes last. */
function ownTurns(turns: readonly Message[]): ReadonlySet<Message> {
  const own = new Set<Message>();
  let answer: Message[] = [];
  let signed = false;
  for (const turn of turns) {
    const goesOn = turn.role === "assistant";
    signed = goesOn && (signed || isSigned(turn));
    answer = goesOn ? [...answer, turn] : [];
    if (!signed) continue;
    for (const member of answer) own.add(member);
    answer = [];
  }
  return own;
}

function isSigned({ reasoningDetails = [], toolCalls = [] }: Message): boolean {
  return (
    reasoningDetails.some((detail) => signatureOf(detail) !== undefined) ||
    toolCalls.some((call) => callSignature(call) !== undefined)
  );
}

/** Writes turns one after the other. */
class ContentsWriter {
  readonly #options: ContentsOptions;
  readonly #parts: PartWriter;
  readonly #list: ContentList;
  /** What the calls so far are named. */
  readonly #called = new Map<string, string>();

  constructor(options: ContentsOptions, parts: PartWriter) {
    this.#options = options;
    this.#parts = parts;
    const { model, rules } = options;
    const signs = isAmong(model, rules.signedCallModels);
    this.#list = new ContentList(
      signs ? rules.substituteSignature : undefined,
      isAmong(model, rules.freshAnswerModels),
    );
  }

  /** `isOwn`: it is of an answer that this server's models gave. */
  write(message: Message, path: string, isOwn: boolean): void {
    if (message.role === "assistant") this.#assistant(message, path, isOwn);
    else if (message.role === "tool") this.#result(message, path);
    else this.#user(message, path);
  }

  contents(): readonly JsonObject[] {
    const { contents, opened, closed } = this.#list.done();
    if (opened) this.#options.account.add("messages", "a conversation begins with the user");
    if (closed) this.#options.account.add("messages", "the model takes no conversation that ends with its own turn");
    return contents;
  }

  #user(message: Message, path: string): void {
    this.#dropName(message, path);
    const parts = this.#content(message, path);
    this.#list.user(parts.length === 0 ? [{ text: "" }] : parts, message.extra);
  }

  #content(message: Message, path: string): readonly JsonObject[] {
    return partsOf(message).flatMap((part, index) => written(this.#parts.write(part, `${path}.content[${index}]`)));
  }

  #dropName({ name }: Message, path: string): void {
    if (name !== undefined) this.#options.account.drop(`${path}.name`, "the dialect has no names of speakers");
  }

  #assistant(message: Message, path: string, isOwn: boolean): void {
    this.#dropName(message, path);
    const { reasoning, reasoningDetails = [], refusal, toolCalls = [] } = message;
    const signatures = this.#signatures(reasoningDetails);
    // What stands beside another model's signature is that model's.
    const takesBack = isOwn && (signatures.length > 0 || reasoningDetails.length === 0);
    const thoughts = reasoning && takesBack ? [{ text: reasoning, thought: true }] : [];
    if (reasoning && !isOwn && reasoningDetails.length === 0) {
      this.#options.account.dropOnce("reasoning_content", "the server takes only its own models' reasoning back");
    }
    const said = [...this.#content(message, path), ...(refusal ? [{ text: refusal }] : [])];
    const calls = toolCalls.map((call, index) => this.#call(call, `${path}.tool_calls[${index}]`));
    const ids = toolCalls.map(({ id }) => id);
    this.#list.model([...signed(thoughts, said, signatures), ...calls], ids, message.extra);
  }

  #signatures(details: readonly ReasoningDetail[]): readonly string[] {
    const own = details.flatMap((detail) => signatureOf(detail) ?? []);
    if (own.length < details.length) this.#options.account.dropOnce("reasoning_details", "they are another model's");
    return own;
  }

  #call(given: ToolCall, path: string): JsonObject {
    const call = functionCallOf(given);
    const { name } = call;
    this.#called.set(call.id, name);
    const { extra_content: _signature, functionCall: more, ...beside } = call.extra ?? {};
    const signature = callSignature(call);
    const id = this.#options.rules.callIds ? { id: call.id } : {};
    return {
      ...beside,
      functionCall: { ...objectOf(more), ...id, name, args: this.#arguments(call, path) },
      ...(signature !== undefined && { thoughtSignature: signature }),
    };
  }

  #arguments({ input, arguments: text }: ToolCall, path: string): JsonObject {
    const object = input ?? argumentsObject(text);
    if (object !== undefined) return object;
    const reason = "arguments are an object in this dialect";
    this.#options.account.report({ field: `${path}.function.arguments`, action: "replaced", to: "an object", reason });
    return { arguments: text };
  }

  #result(message: Message, path: string): void {
    const { account, model, rules } = this.#options;
    const { toolCallId = "", name = "", isError = false, extra } = message;
    const texts: string[] = [];
    const media: JsonObject[] = [];
    for (const [index, part] of partsOf(message).entries()) {
      const at = `${path}.content[${index}]`;
      const written = this.#parts.write(part, at);
      if (part.type === "text") texts.push(part.text);
      else if (written !== undefined) media.push(written);
    }
    const nests = media.length > 0 && isAmong(model, rules.mediaResultModels);
    if (media.length > 0 && !nests) {
      const reason = "the model takes no media in a tool's result";
      account.report({ field: `${path}.content`, action: "replaced", to: "a user turn", reason });
    }
    const id = rules.callIds && toolCallId !== "" ? { id: toolCallId } : {};
    const called = this.#called.get(toolCallId) ?? (name === "" ? "tool" : name);
    const response = encodeResponse(texts.join("\n"), isError);
    const functionResponse = { ...extra, ...id, name: called, response, ...(nests && { parts: media }) };
    this.#list.result({ functionResponse }, toolCallId, nests ? [] : media);
  }
}

/** Signatures beside what they are of: one on the last thing said, several on empty texts behind it, as streams bring them. */
function signed(
  thoughts: readonly JsonObject[],
  said: readonly JsonObject[],
  signatures: readonly string[],
): readonly JsonObject[] {
  const parts = [...thoughts, ...said];
  const last = parts.at(-1);
  const [only] = signatures;
  if (signatures.length === 1 && only !== undefined && typeof last?.["text"] === "string") {
    return [...parts.slice(0, -1), { ...last, thoughtSignature: only }];
  }
  return [...parts, ...signatures.map((thoughtSignature) => ({ text: "", thoughtSignature }))];
}
