import type { Failure } from "../../../model/failure.ts";
import { failureOf } from "../../../wire/failure/kinds.ts";
import type { FleetRequest, FleetSubject, OpenFleetSubject, Placement, SubjectPorts } from "../fleet-subject.ts";

export interface SimpleChoice {
  /** The server to ask, or undefined to give up. */
  choose(request: FleetRequest, tried: readonly string[]): string | undefined;
  failed?(server: string, failure: Failure): void;
  affinityBytes?(): number;
}

/** A subject that is only a choice, counts what is in flight, and has no lines. */
export function simpleSubject(
  open: (ports: SubjectPorts, inFlight: ReadonlyMap<string, number>) => SimpleChoice,
): OpenFleetSubject {
  return (ports): FleetSubject => {
    const inFlight = new Map(ports.servers.map(({ name }) => [name, 0]));
    const choice = open(ports, inFlight);
    const count = (server: string, by: number): void => void inFlight.set(server, (inFlight.get(server) ?? 0) + by);
    const placementAt = (server: string): Placement => {
      count(server, 1);
      const release = (): void => count(server, -1);
      return {
        server,
        firstContent: () => undefined,
        answered: release,
        failed: (failure) => {
          release();
          choice.failed?.(server, failure);
        },
        left: release,
      };
    };
    return {
      arrive: (request) => {
        const tried: string[] = [];
        return {
          next: () => {
            const server = choice.choose(request, tried);
            if (server === undefined) return failureOf("overloaded", "Nobody is left.", { fault: "gateway" });
            tried.push(server);
            return placementAt(server);
          },
        };
      },
      holdings: () => ({
        inFlight: [...inFlight.values()].reduce((sum, count) => sum + count, 0),
        waiting: 0,
        affinityBytes: choice.affinityBytes?.() ?? 0,
      }),
    };
  };
}
