import type { Change } from "../../model/change.ts";
import type { Warning } from "../../model/warning.ts";

/** A change of a request as the warning that goes with its answer. */
export function changeWarning({ field, to, reason }: Change): Warning {
  const what = to === undefined ? "was left out" : `was sent as ${to}`;
  return { code: "parameter-dropped", message: `${field} ${what}: ${reason}` };
}
