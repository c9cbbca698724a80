import type { ChatRules } from "../../wire/chat-completions/rules.ts";
import type { ConverseRules } from "../../wire/converse/rules.ts";
import type { GenerateContentRules } from "../../wire/generate-content/rules.ts";
import type { MessagesRules } from "../../wire/messages/rules.ts";
import type { OllamaRules } from "../../wire/ollama/rules.ts";
import type { ResponsesRules } from "../../wire/responses/rules.ts";
import type { Operation } from "../provider.ts";

/**
 * How one kind of server differs from the reference, as data. Code reads these fields and knows no
 * server by name; adding a server that speaks a known dialect is adding one of these.
 */
export interface Profile {
  /** What the configuration calls it, such as `llama.cpp`. */
  readonly id: string;
  /** What people call it. */
  readonly label: string;
  /** Other spellings of the id that are understood. */
  readonly aliases: readonly string[];
  /** Where it usually is; absent where that depends on the account. */
  readonly defaultBaseUrl?: string;
  /** It belongs to a cloud platform, where a key alone does not say who is calling. */
  readonly platform?: CloudPlatform;
  /** Appended to a base URL that names no version: `/v1`, or `""` where there is none. */
  readonly versionSegment: string;
  /** Whether requests to it leave this process, and who answers them where they do not. */
  readonly transport: "network" | "simulator" | "embedded";
  /** It runs on this machine or in this network: it may be loading, full, or not started yet. */
  readonly local: boolean;
  readonly auth: AuthStyle;
  /** Headers sent with every request, before those of the configuration. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters sent with every request, before those of the configuration. */
  readonly query: Readonly<Record<string, string>>;
  readonly operations: readonly Operation[];
  /** Absent where conversations are held in chat completions, by the rules in `chat`. */
  readonly conversation?: ConversationDialect;
  /**
   * How its reasoning models, which the rules name, are asked where a client's own dialect does not pass. Absent where
   * that is as for the rest. Streams of this dialect are canonical.
   */
  readonly reasoningConversation?: ResponsesDialect;
  readonly chat: ChatRules;
  /**
   * `pass`: its streams are canonical, so their bytes may go to a client as they are. `mend`: they
   * are decoded and written anew.
   */
  readonly streams: "pass" | "mend";
  /**
   * Ask it to stream even when the caller wants one JSON reply: many servers generate to the end when
   * such a request is dropped, and a reply without headers runs into time limits on the way.
   */
  readonly streamUpstream: boolean;
  readonly models: ModelListing;
  readonly health: HealthRoute;
  /** Where it tells how busy it is, most telling first; absent where it tells nothing. */
  readonly load?: readonly LoadRoute[];
  readonly embeddings: EmbeddingsSupport;
}

/** A dialect other than chat completions, and how its server differs in it. */
export type ConversationDialect =
  | { readonly name: "messages"; readonly rules: MessagesRules }
  | ResponsesDialect
  | { readonly name: "generate-content"; readonly rules: GenerateContentRules }
  | { readonly name: "ollama"; readonly rules: OllamaRules }
  | { readonly name: "converse"; readonly rules: ConverseRules };

export interface ResponsesDialect {
  readonly name: "responses";
  readonly rules: ResponsesRules;
}

/** A cloud platform: who is calling is told by signing requests, and where depends on the account. */
export interface CloudPlatform {
  readonly name: "aws" | "google";
  /** The base URL; `{region}` stands for AWS's region, `{location}` and `{project}` for Google's. */
  readonly regionalUrl: string;
  /** The same of what is in no one place, and of what is in several regions. */
  readonly globalUrl?: string;
  readonly multiRegionUrl?: string;
}

/** Where the key goes, and where it may be found. */
export interface AuthStyle {
  /** `bearer` is `Authorization: Bearer …`; any other is the header of that name. */
  readonly scheme: "bearer" | "api-key" | "x-api-key" | "x-goog-api-key";
  /** Environment variables that usually hold the key, in order. */
  readonly keyVariables: readonly string[];
  /** An environment variable that usually holds the base URL. */
  readonly baseUrlVariable?: string;
}

/**
 * How to read its list of models. Where an entry states something is said as a path into it:
 * `meta.n_ctx`; `model_info.*.context_length`, where the star stands for any one name; or
 * `status.args --ctx-size`, the word that follows an option among arguments. The first hit counts.
 */
export interface ModelListing {
  /** Below the base URL; absent when it has no list. */
  readonly path?: string;
  /** Parameters of the list, such as how many models a page holds. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where an entry states the tokens of one conversation. */
  readonly contextLength: readonly string[];
  readonly maxOutputTokens: readonly string[];
  /** Where an entry states the number of weights. */
  readonly parameters: readonly string[];
  /** Where an entry states whether it can answer now, and what its words mean. */
  readonly state?: {
    readonly field: string;
    readonly words: Readonly<Record<string, ModelState>>;
    /** A field that is true where its last start failed, whatever the word is. */
    readonly failed?: string;
  };
  /** What an entry that states nothing is. */
  readonly defaultState: ModelState;
  /** A prefix of the listed ids that requests do not need (Gemini's `models/`). */
  readonly idPrefix?: string;
  /** Routes of its own that say what the list leaves out, in the order in which they are believed. */
  readonly details?: readonly ModelDetailRoute[];
}

/** A route beside the list that says more of its models. It is never needed: where it fails, less is known. */
export interface ModelDetailRoute {
  readonly path: string;
  /** `base`: below the base URL; `root`: below the server's root, beside `/v1`. */
  readonly from: "base" | "root";
  readonly query?: Readonly<Record<string, string>>;
  /**
   * `all`: it is a list itself. `each`: it is asked for one model at a time, with a POST that names it.
   * `only`: it is about the one model that the server has.
   */
  readonly covers: "all" | "each" | "only";
  readonly contextLength: readonly string[];
  readonly maxOutputTokens?: readonly string[];
  /** As in the list. */
  readonly state?: ModelListing["state"];
  /** What a model is that stands in this route's list, where that says something. */
  readonly listedState?: ModelState;
  /** The header that carries the key on this route, where it is not the usual one. */
  readonly keyHeader?: string;
}

export type ModelState = "ready" | "loading" | "unloaded" | "failed" | "unknown";

/** A route on which a server tells of its load. It is asked only for what no route before it has told. */
export type LoadRoute = JsonLoadRoute | MetricsLoadRoute;

interface LoadRouteBase {
  readonly path: string;
  /** `base`: below the base URL; `root`: below the server's root, beside `/v1`. */
  readonly from: "base" | "root";
  readonly query?: Readonly<Record<string, string>>;
  /** Asking keeps a server awake that would unload its idle model: it is asked only while it works for us anyway. */
  readonly wakes?: boolean;
}

/**
 * A document of rows. A count is a path into a row, such as `max_running_requests`: numbers are added up, `true` is 1,
 * and `*` counts the rows.
 */
export interface JsonLoadRoute extends LoadRouteBase {
  readonly form: "json";
  /** The path of the rows, empty where the document is the list; absent where it is a row itself. */
  readonly rows?: string;
  readonly slots?: string;
  readonly running?: string;
  readonly waiting?: string;
  /** The rows are models: all are in memory, or those that say this word, or that have no such field. */
  readonly loaded?: "all" | { readonly field: string; readonly word: string };
  /** A path to `true` where the server has unloaded its model until somebody asks: nothing more is asked then. */
  readonly asleep?: string;
}

/** Prometheus' text format: a count is the name of a metric, summed over its label sets. */
export interface MetricsLoadRoute extends LoadRouteBase {
  readonly form: "prometheus";
  readonly slots?: string;
  readonly running?: string;
  readonly waiting?: string;
  /** A label that splits a total up: where it holds something, the sample is counted already. */
  readonly partLabel?: string;
}

/** The cheapest route that says whether it can serve. */
export interface HealthRoute {
  readonly path: string;
  /** `base`: below the base URL; `root`: below the server's root, beside `/v1`. */
  readonly from: "base" | "root";
  /** What to ask when that route is not there. */
  readonly fallbackPath?: string;
}

export interface EmbeddingsSupport {
  /** Absent where it speaks OpenAI's dialect of embeddings. */
  readonly dialect?: "generate-content" | "ollama";
  /** How to ask for vectors where the caller does not mind: base64 is a quarter of the bytes. */
  readonly encodingFormat: "float" | "base64" | "unset";
  /** How many inputs it takes in one request; more are sent in several. Absent where no limit is known. */
  readonly maxInputs?: number;
}
