import type { Clock } from "../../model/clock.ts";
import { readBody } from "../../wire/failure/body.ts";
import { readable } from "../../wire/failure/readable.ts";
import { openaiCompatible } from "../profiles/base.ts";
import { profileOf } from "../profiles/catalog.ts";
import type { Profile } from "../profiles/profile.ts";
import { credentialsOf } from "../http/credentials.ts";
import type { Transport } from "../transport/transport.ts";
import { Asker } from "./asker.ts";
import { PROBES } from "./catalog.ts";
import { type AddressForms, type Finding, judged, type ProbeReport, type Verdict } from "./finding.ts";
import { identifyServer, type Identified, LIST_PATH } from "./identity.ts";
import { chooseModels, modelsOf, withDetails } from "./listing.ts";
import type { Probe, Subject } from "./probe.ts";
import { chatQuestion, type Question, type Reply } from "./question.ts";
import { type ServerAddress, withoutVersion } from "./server-address.ts";
import { failureIn } from "./standing.ts";

export interface ProbeOptions {
  readonly address: ServerAddress;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly apiKey?: string;
  /** The model to ask; by default one that the server lists. */
  readonly model?: string;
  readonly signal?: AbortSignal;
  /** Hears which probe begins. */
  readonly onProbe?: (name: string) => void;
}

/**
 * Finds out what a server is and does. Never rejects because of the server: what is wrong with it is the
 * report's `problem`. Rejects only when cancelled.
 */
export async function probeServer(options: ProbeOptions): Promise<ProbeReport> {
  const { address, apiKey } = options;
  const first = await reach(options, address);
  // Some servers have their routes without a version segment.
  const second =
    address.base !== address.root && isMissing(first.list) ? await reach(options, withoutVersion(address)) : undefined;
  const reached = second !== undefined && modelsOf(second.list, second.profile) !== undefined ? second : first;
  const { asker, identified, list, profile } = reached;
  const listed = modelsOf(list, profile);
  const models = listed === undefined ? [] : await withDetails(listed, asker, profile);
  const asked = chooseModels(models, options.model);
  const standing = problemOf(list, listed, asked.model, apiKey !== undefined);
  const needed =
    standing === undefined || failureIn(list)?.kind === "auth" ? await keyNeeded(asker, list, apiKey) : "unknown";
  const closed = needed === "yes" && apiKey === undefined ? WANTS_KEY : undefined;
  const problem = standing ?? closed;
  const findings = problem === undefined ? await runProbes(asker, options, subjectOf(profile, asked)) : [];
  return {
    url: address.base,
    baseUrl: reached.address.base,
    answers: listed !== undefined || problem === undefined || identified.identity.profile !== openaiCompatible.id,
    forms: await formsOf(options, reached, listed !== undefined),
    identity: identified.identity,
    auth: { needed, sent: apiKey !== undefined },
    models,
    asked,
    findings,
    spending: {
      ...asker.spending,
      requests: asker.spending.requests + (reached === first ? 0 : first.asker.spending.requests),
    },
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A server at one of its possible addresses. */
interface Reached {
  readonly address: ServerAddress;
  readonly asker: Asker;
  readonly identified: Identified;
  readonly profile: Profile;
  readonly list: Reply;
}

async function reach(options: ProbeOptions, address: ServerAddress): Promise<Reached> {
  const { transport, clock, signal, apiKey } = options;
  const known = address.service;
  const { auth } = known ?? openaiCompatible;
  const { headers, secrets } = credentialsOf({ auth, apiKey, headers: known?.headers ?? {}, query: {} });
  const asker = new Asker({
    transport,
    clock,
    address,
    credential: headers,
    secrets,
    ...(signal === undefined ? {} : { signal }),
  });
  const identified = await identifyServer(asker, known);
  const list = identified.replies.get(LIST_PATH);
  if (list === undefined) throw new Error("The list of models is always asked for");
  return { address, asker, identified, profile: profileOf(identified.identity.profile) ?? openaiCompatible, list };
}

function isMissing(list: Reply): boolean {
  return list.status === 404 || list.status === 405;
}

const WANTS_KEY = "It wants a key. Name the environment variable that holds it with --key-variable.";

/** Why there is no use in going on. */
function problemOf(
  list: Reply,
  listed: readonly unknown[] | undefined,
  model: string | undefined,
  keySent: boolean,
): string | undefined {
  if (list.failure !== undefined) return list.failure.message;
  const failure = failureIn(list);
  if (failure?.kind === "auth" || failure?.kind === "permission") {
    return keySent ? `It refuses the key (${failure.message}).` : WANTS_KEY;
  }
  if (failure?.kind === "loading") return `It is loading its model (${failure.message}). Try again in a moment.`;
  if (model !== undefined) return undefined;
  if (listed !== undefined) return "It lists no model. Load one, or name one with --model.";
  if (list.text.trimStart().startsWith("<")) {
    return `It answers with a web page${titleOf(list)}: this is no model server, or not its base URL.`;
  }
  const why = failure?.message ?? "the reply is no list of models";
  return `It gives no list of models (${why}). Check the base URL, or name a model with --model.`;
}

function titleOf({ text }: Reply): string {
  const body = readBody(text);
  return body.kind === "markup" && body.title !== undefined ? ` (${readable(body.title)})` : "";
}

/**
 * Whether a key is needed. A request that makes no sense tells: a key is looked at before anything else, and
 * nothing is generated.
 */
async function keyNeeded(asker: Asker, list: Reply, apiKey: string | undefined): Promise<Verdict> {
  if (failureIn(list)?.kind === "auth") return "yes";
  const nonsense: Question = { ...chatQuestion({ model: "", messages: "no list", max_tokens: 1 }), anonymous: true };
  const failure = failureIn(await asker.ask(nonsense));
  if (failure?.kind === "auth" || failure?.kind === "permission") return "yes";
  const said = failure === undefined || failure.kind === "bad_request" || failure.kind === "model_not_found";
  return said || apiKey === undefined ? "no" : "unknown";
}

function subjectOf(
  profile: Profile,
  { model = "", embeddingsModel = model }: ProbeReport["asked"],
): Omit<Subject, "heard"> {
  return { profile: profile.id, model, embeddingsModel };
}

async function runProbes(
  asker: Asker,
  { onProbe }: ProbeOptions,
  subject: Omit<Subject, "heard">,
): Promise<readonly Finding[]> {
  const heard: Reply[] = [];
  const findings: Finding[] = [];
  for (const probe of PROBES) {
    onProbe?.(probe.name);
    if (heard.some(hangs)) {
      findings.push({ name: probe.name, ...judged("unknown", "not asked: the server did not answer before") });
      continue;
    }
    findings.push(await runProbe(asker, probe, subject, heard));
  }
  return findings;
}

async function runProbe(asker: Asker, probe: Probe, about: Omit<Subject, "heard">, heard: Reply[]): Promise<Finding> {
  const subject: Subject = { ...about, heard };
  const replies: Reply[] = [];
  for (let question = probe.ask(subject, replies); question !== undefined; question = probe.ask(subject, replies)) {
    const reply = await asker.ask(question);
    replies.push(reply);
    if (hangs(reply)) break;
  }
  const finding = { name: probe.name, ...probe.judge(subject, replies) };
  heard.push(...replies);
  return finding;
}

/** It took all the time there is, or is gone: the next request would fare no better. */
function hangs({ failure }: Reply): boolean {
  return failure?.kind === "timeout" || failure?.kind === "connection";
}

/** The base URL in its other form is asked for its list too. */
async function formsOf(
  options: ProbeOptions,
  { address, asker, list }: Reached,
  isListed: boolean,
): Promise<AddressForms> {
  const hasVersion = address.base !== address.root;
  if (list.status === undefined || !hasVersion) return { withVersion: false, withoutVersion: isListed && !hasVersion };
  const bare = await asker.ask({ method: "GET", path: "/models", from: "root" });
  return { withVersion: isListed, withoutVersion: modelsOf(bare, openaiCompatible) !== undefined };
}
