import { WORKLOADS } from "../workloads.ts";

/** The providers that loads ask for. */
export const PROVIDERS: readonly string[] = ["mock", "mend"];

/** The models that loads ask a provider for, without its name: some peers want to be told, or are faster when they are. */
export function modelsOf(provider: string): string[] {
  const asked = WORKLOADS.flatMap(({ body, warmUp }) => [body, warmUp.body]).map(
    (body) => (JSON.parse(body) as { model: string }).model,
  );
  const named = asked.filter((model) => model.startsWith(`${provider}/`));
  return [...new Set(named.map((model) => model.slice(provider.length + 1)))];
}
