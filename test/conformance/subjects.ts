import { createGateway } from "../../packages/millrace/src/gateway/gateway.ts";
import { planOf } from "../../packages/millrace/src/gateway/testing/plan.ts";
import { HttpProvider } from "../../packages/millrace/src/providers/http-provider.ts";
import { profileOf } from "../../packages/millrace/src/providers/profiles/catalog.ts";
import type { Profile } from "../../packages/millrace/src/providers/profiles/profile.ts";
import { randomIds } from "../../packages/millrace/src/server/ids.ts";
import { listen } from "../../packages/millrace/src/server/listener/listener.ts";
import type {
  OpenGateway,
  OpenLibrary,
  SubjectOptions,
} from "../../packages/millrace/src/conformance/runners/subject.ts";
import { MemoryRecords } from "../../packages/millrace/src/stores/memory/records.ts";
import { MemoryResponses } from "../../packages/millrace/src/stores/memory/responses.ts";

/** The library, put together as a user of it would. */
export const openLibrary: OpenLibrary = (options) => providerFor("upstream", options);

/** The gateway, put together as the program does, behind a real listener. */
export const openGateway: OpenGateway = async (options) => {
  const provider = providerFor("upstream", options);
  const defects: unknown[] = [];
  const log = {
    info: () => undefined,
    warn: () => undefined,
    // A defect of ours must fail the run, not end in the log.
    error: (event: string, fields: object) => void defects.push({ event, ...fields }),
  };
  const ports = {
    clock: options.clock,
    ids: randomIds(),
    random: Math.random,
    records: new MemoryRecords(),
    responses: new MemoryResponses(() => options.clock.now()),
    log,
  };
  const gateway = createGateway(ports, planOf([provider], planFor(options)));
  const listener = await listen(gateway, { host: "127.0.0.1", port: 0 }, options.clock);
  return {
    url: listener.url,
    close: async () => {
      await provider.close();
      await listener.close();
      if (defects.length > 0) throw new Error(JSON.stringify(defects));
    },
  };
};

/** Whoever asks for retries wants to wait for a server that is starting. */
function planFor({ timeouts = {}, retries = 0 }: SubjectOptions): Parameters<typeof planOf>[1] {
  const startWait = retries > 0 ? { loadingMs: 60_000, absentMs: 10_000 } : { loadingMs: 0, absentMs: 0 };
  return { timeouts, startWait };
}

function providerFor(name: string, options: SubjectOptions): HttpProvider {
  const { profile: id = "openai-compatible", replyRules, requestRules, ...rest } = options;
  const known = profileOf(id);
  if (known === undefined) throw new Error(`There is no profile ${id}`);
  const profile: Profile = {
    ...known,
    chat: { request: { ...known.chat.request, ...requestRules }, reply: { ...known.chat.reply, ...replyRules } },
  };
  return new HttpProvider({ ...rest, name, profile, onWarning: () => undefined });
}
