import { parseArgs } from "node:util";
import { UPSTREAMS } from "./upstream/dialect.ts";

export interface Options {
  /** How a run's name begins, such as `codex` or `opencode / chat`. */
  readonly only: string;
  readonly upstream?: string;
  readonly fault?: string;
  readonly faults: boolean;
  readonly faultsOnly: boolean;
  readonly list: boolean;
  readonly write: boolean;
  readonly direct: boolean;
}

export const USAGE = `Usage: npm run test:clients -- [options]
  --only NAME         those whose "client / wire / upstream / fault" begins so
  --upstream DIALECT  ${UPSTREAMS.join(", ")}
  --fault NAME        only this fault
  --no-faults         none of the faults
  --faults-only       nothing without a fault
  --list              say what would run
  --write             put the results into docs/clients.md
  --direct            without the gateway, each client against its own dialect: checks the scripted server itself
`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      only: { type: "string", default: "" },
      upstream: { type: "string" },
      fault: { type: "string" },
      faults: { type: "boolean", default: true },
      "faults-only": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      direct: { type: "boolean", default: false },
    },
  });
  const { only, faults, list, write, direct, upstream, fault } = values;
  return {
    only,
    faults,
    faultsOnly: values["faults-only"],
    list,
    write,
    direct,
    ...(upstream === undefined ? {} : { upstream }),
    ...(fault === undefined ? {} : { fault }),
  };
}
