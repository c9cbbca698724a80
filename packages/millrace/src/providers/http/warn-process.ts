import type { Warning } from "../../model/warning.ts";

/** Hands a warning to the process, which prints it unless it was told otherwise. */
export function warnProcess({ code, message }: Warning): void {
  process.emitWarning(message, { type: "MillraceWarning", code });
}
