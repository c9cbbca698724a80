import { isMap, isScalar, LineCounter, type Node, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import type { Environment } from "../../providers/environment.ts";
import type { ConfigFile } from "./config-file.ts";
import { type Finding, meaningProblems } from "./meaning.ts";
import { ConfigFileError, type Position, type Problem } from "./problem.ts";
import { configSchema } from "./schema.ts";
import { suggestion } from "./suggestion.ts";
import { resolveReferences, unveiled, veilReferences } from "./variables.ts";

type Path = readonly PropertyKey[];

/**
 * Reads a configuration file.
 *
 * @param file its name, for messages
 * @throws {ConfigFileError} listing every mistake with its position
 */
export function parseConfig(text: string, file: string, environment: Environment): ConfigFile {
  const { document, at } = documentOf(text);
  const fail = (problems: readonly Problem[]): never => {
    throw new ConfigFileError(
      file,
      problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  };
  if (document.errors.length > 0) {
    fail(document.errors.map((error) => ({ ...at(error.pos[0]), message: unveiled(error.message) })));
  }
  const missing = resolveReferences(document, environment);
  const problems: Problem[] = missing.map(({ name, node }) => ({
    ...at(node.range?.[0] ?? 0),
    message: `The environment has no variable ${name}. Set it, or write \${${name}:-default}.`,
  }));
  const checked = configSchema.safeParse(document.toJS() ?? {}, { reportInput: true });
  const findings = checked.success ? meaningProblems(checked.data) : checked.error.issues.flatMap(shapeProblems);
  // What a variable that is not set would have said is not wrong as well.
  const unresolved = new Set(missing.map(({ node }) => node.range?.[0]));
  for (const { path, key, message } of findings) {
    const offset = offsetOf(document, path, key);
    if (key !== undefined || !unresolved.has(offset)) problems.push({ ...at(offset), message });
  }
  if (!checked.success || problems.length > 0) return fail(problems);
  return checked.data;
}

/** Where a setting stands in the text of a file that parses; one that is not there is where its parent is. */
export function positionOf(text: string, path: readonly string[]): Position {
  const { document, at } = documentOf(text);
  return at(offsetOf(document, path));
}

function documentOf(text: string): { readonly document: Document; readonly at: (offset: number) => Position } {
  const lines = new LineCounter();
  const document = parseDocument(veilReferences(text), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return { document, at };
}

function shapeProblems(issue: z.core.$ZodIssue): readonly Finding[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path,
      key,
      message: `${dotted([...path, key])} is not a setting.${suggestion(key, settingsAt(path))}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1));
    const expected = issue.issues[0]?.message ?? "another name";
    return [{ path: path.slice(0, -1), key, message: `Found the name ${JSON.stringify(key)}, expected ${expected}.` }];
  }
  const union = issue.code === "invalid_union" ? closestAlternative(issue) : undefined;
  if (union) return union.flatMap((inner) => shapeProblems({ ...inner, path: [...path, ...inner.path] }));
  const isMapping = issue.code === "invalid_type" && issue.expected === "object";
  const expected = isMapping ? "a mapping of settings" : issue.message;
  if (issue.input === undefined) return [{ path, message: `${dotted(path)} is missing. Expected ${expected}.` }];
  return [{ path, message: `${dotted(path)}: found ${shown(path, issue.input)}, expected ${expected}.` }];
}

/** Of several shapes, the one that was meant: the one whose mistakes lie deeper. */
function closestAlternative(
  issue: Extract<z.core.$ZodIssue, { code: "invalid_union" }>,
): z.core.$ZodIssue[] | undefined {
  return issue.errors.find((errors) =>
    errors.some((error) => error.path.length > 0 || error.code === "unrecognized_keys"),
  );
}

/** Settings whose values hold credentials, or may. */
const SECRET: ReadonlySet<PropertyKey> = new Set([
  "api_key",
  "api_keys",
  "key",
  "headers",
  "query",
  "env",
  "command",
  "access_key_id",
  "secret_access_key",
  "session_token",
]);

/** Never shows what may be secret, not even when it is wrong. */
function shown(path: Path, input: unknown): string {
  const isSecret = path.some((part) => SECRET.has(part));
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  if (isSecret) return `a ${typeof input}`;
  if (typeof input === "number" || typeof input === "boolean") return `${typeof input} ${input}`;
  return JSON.stringify(input);
}

function dotted(path: Path): string {
  return path.length === 0 ? "The file" : path.map(String).join(".");
}

/** The settings that exist where an unknown one was written. */
function settingsAt(path: Path): Iterable<string> {
  let schema: unknown = configSchema;
  for (const part of path) schema = inside(schema, part);
  const shape = shapeOf(schema);
  return shape === undefined ? [] : Object.keys(shape);
}

interface Wrapping {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly def?: {
    readonly innerType?: unknown;
    readonly valueType?: unknown;
    readonly element?: unknown;
    readonly options?: readonly unknown[];
  };
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const { shape, def } = (schema ?? {}) as Wrapping;
  if (shape) return shape;
  if (def?.innerType) return shapeOf(def.innerType);
  return def?.options?.map(shapeOf).find((found) => found !== undefined);
}

function inside(schema: unknown, part: PropertyKey): unknown {
  const { def } = (schema ?? {}) as Wrapping;
  if (def?.innerType) return inside(def.innerType, part);
  return def?.valueType ?? def?.element ?? shapeOf(schema)?.[String(part)];
}

/** Where in the text a value or a key stands; a missing value is where its parent is. */
function offsetOf(document: Document, path: Path, key?: string): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (!isNode(node)) continue;
    if (key !== undefined && depth === path.length && isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}
