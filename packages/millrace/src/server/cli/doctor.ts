import type { Health } from "../../model/model-info.ts";
import { ProviderError } from "../../model/errors.ts";
import { profileOf } from "../../providers/profiles/catalog.ts";
import type { ProviderConfig } from "../../providers/provider-config.ts";
import type { GatewayProvider, LearnedParameter } from "../../providers/provider.ts";
import type { FoundProviders } from "../find-providers.ts";
import { EXIT } from "./exit-code.ts";
import { modelsOrFailure } from "./models-or-failure.ts";
import { print, printJson } from "./output.ts";
import { withProviders } from "./provider-access.ts";
import { addressOf, findingNotes, originOf, placeOf } from "./report-found.ts";
import { type GatewayKnowledge, knownToGateway } from "./running-gateway.ts";

/** What was found out about one provider. */
interface Diagnosis {
  readonly name: string;
  readonly label: string;
  /** Absent for one that answers in this process. */
  readonly base_url?: string;
  readonly origin: string;
  readonly simulator: boolean;
  readonly state: Health["state"];
  readonly healthy: boolean;
  readonly latency_ms: number;
  /** Absent when it gave no list. */
  readonly models?: number;
  /** What fails, in the server's own words. */
  readonly problem?: string;
  readonly advice?: string;
  /** What its models refused within the last hour; absent where no gateway runs that could say. */
  readonly learned?: readonly LearnedParameter[];
}

/** Asks every provider how it is. Ends with 1 when one of them does not serve. */
export async function doctor(flags: { readonly config?: string; readonly json: boolean }): Promise<number> {
  return withProviders(flags.config, async ({ settings, found, providers }) => {
    const known = await knownToGateway(settings);
    const diagnoses = await Promise.all(
      providers.map(async (provider) =>
        withKnowledge(await diagnose(provider, found, settings.modelListTimeoutMs), known?.get(provider.name)),
      ),
    );
    if (flags.json)
      printJson({ providers: diagnoses, unusable: found.unusable, unknown_addresses: found.unknownAddresses });
    else print(report(diagnoses, found));
    return diagnoses.every(({ healthy }) => healthy) ? EXIT.ok : EXIT.failed;
  });
}

async function diagnose(provider: GatewayProvider, found: FoundProviders, limitMs: number): Promise<Diagnosis> {
  const config = found.configs.find(({ name }) => name === provider.name);
  const [health, models] = await Promise.all([provider.healthCheck(), modelsOrFailure(provider, limitMs)]);
  const failure = health.failure ?? (models instanceof ProviderError ? models.failure : undefined);
  const advice = failure === undefined ? undefined : adviceFor(health, config);
  const profile = profileOf(provider.providerType);
  const address = addressOf({ profile: provider.providerType, baseUrl: provider.baseUrl });
  return {
    name: provider.name,
    label: profile?.label ?? provider.providerType,
    ...(address === undefined ? {} : { base_url: address }),
    origin: config === undefined ? "" : originOf(config),
    simulator: profile?.transport === "simulator",
    state: health.state,
    healthy: health.healthy,
    latency_ms: Math.round(health.latencyMs),
    ...(models instanceof ProviderError ? {} : { models: models.length }),
    ...(failure === undefined ? {} : { problem: failure.message }),
    ...(advice === undefined ? {} : { advice }),
  };
}

function withKnowledge(diagnosis: Diagnosis, known: GatewayKnowledge | undefined): Diagnosis {
  if (known === undefined) return diagnosis;
  const { learned, loop } = known;
  if (loop === undefined) return { ...diagnosis, learned };
  // It answers this process, which no gateway has sent.
  return { ...diagnosis, learned, state: "failing", healthy: false, problem: loop, advice: "Correct its base URL." };
}

const ADVICE: Record<Health["state"], string | undefined> = {
  up: undefined,
  loading: "It is loading its model. Try again in a moment.",
  auth_required: "Check the key: it is missing, wrong, or may not do this.",
  limited: "It limits this account for now. Wait, or use another account.",
  failing: "It answers with errors. Look into its own log.",
  down: "Start it, or correct its base URL.",
  stopped: undefined,
};

function adviceFor({ state }: Health, config: ProviderConfig | undefined): string | undefined {
  const variable = config?.source.kind === "environment" ? config.source.variable : undefined;
  if (state === "auth_required" && variable !== undefined) return `Check the key in ${variable}.`;
  return ADVICE[state];
}

function report(diagnoses: readonly Diagnosis[], found: FoundProviders): string {
  const blocks = diagnoses.map((diagnosis) =>
    [
      `${diagnosis.healthy ? "ok  " : "FAIL"}  ${diagnosis.name}: ${diagnosis.label} ${placeOf(diagnosis.base_url)}`,
      `      ${diagnosis.origin}; ${stateText(diagnosis)}`,
      ...(diagnosis.problem === undefined ? [] : [`      ${diagnosis.problem}`]),
      ...(diagnosis.advice === undefined ? [] : [`      → ${diagnosis.advice}`]),
      ...(diagnosis.learned ?? []).map((lesson) => `      learned: ${lessonText(lesson)}`),
    ].join("\n"),
  );
  const notes = [
    ...findingNotes(found),
    ...(found.configs.every(({ source }) => source.kind === "built-in")
      ? ["No model server was found. Start one, set a key such as OPENAI_API_KEY, or write a configuration file."]
      : []),
  ];
  return [...blocks, ...notes.map((note) => `note  ${note}`)].join("\n");
}

function lessonText({ action, model, parameter, from, to }: LearnedParameter): string {
  if (action === "moved") return `${model} refuses ${parameter} in chat completions, so requests with them go to ${to}`;
  const refused = from === undefined ? parameter : `${parameter} ${from}`;
  return `${model} refuses ${refused}, so it is ${to === undefined ? "left out" : `sent as ${to}`}`;
}

function stateText({ state, latency_ms, models }: Diagnosis): string {
  const words = state.replace("_", " ");
  const count = models === undefined ? "no list of models" : `${models} ${models === 1 ? "model" : "models"}`;
  if (state === "stopped") return `not running; the next request starts it, ${count}`;
  return state === "down" ? words : `${words} in ${latency_ms} ms, ${count}`;
}
