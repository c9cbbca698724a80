import { type Document, isScalar, type Scalar, visit } from "yaml";
import type { Environment } from "../../providers/environment.ts";

/**
 * Braces mean something in YAML, so `{ key: ${NAME} }` would not parse. Before parsing they are
 * exchanged for characters that mean nothing there, one for one, so that positions stay true.
 */
const DOLLAR = "\uE000";
const OPEN = "\uE001";
const CLOSE = "\uE002";

const REFERENCE = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*(?::-[^}\n]*)?)\}/g;
const VEILED = new RegExp(`${DOLLAR}${OPEN}([A-Za-z_][A-Za-z0-9_]*)(?::-([^${CLOSE}]*))?${CLOSE}`, "g");

/** Hides every `${NAME}` and `${NAME:-default}` from the YAML parser. `$${NAME}` stays, for later. */
export function veilReferences(text: string): string {
  return text.replace(REFERENCE, (whole: string, escape: string, inside: string) =>
    escape === "$" ? whole : `${DOLLAR}${OPEN}${inside}${CLOSE}`,
  );
}

/** A message of the parser with every reference as it was written. */
export function unveiled(message: string): string {
  return message.replaceAll(DOLLAR, "$").replaceAll(OPEN, "{").replaceAll(CLOSE, "}");
}

/** A reference that cannot be resolved, with the node it stands in. */
export interface MissingVariable {
  readonly name: string;
  readonly node: Scalar;
}

/** Puts the values of the environment into every text of the document. */
export function resolveReferences(document: Document, environment: Environment): readonly MissingVariable[] {
  const missing: MissingVariable[] = [];
  visit(document, (_key, node) => {
    if (!isScalar(node) || typeof node.value !== "string") return;
    node.value = node.value
      .replace(VEILED, (_whole, name: string, fallback: string | undefined) => {
        const value = environment[name] ?? fallback;
        if (value === undefined) missing.push({ name, node });
        return value ?? "";
      })
      .replaceAll("$${", "${");
  });
  return missing;
}
