import type { JsonObject } from "../../model/json.ts";
import { arrayOf, isObject, objectsOf, stringOf } from "../json/read.ts";
import { inputItems } from "./input-list.ts";

/** A tool that a request offers, with the group it stands in. */
export interface OfferedTool {
  readonly tool: JsonObject;
  readonly namespace?: string;
  /** Path of the tool or of its group. */
  readonly field: string;
}

/** What a tool is called by the client that offers it. */
export interface OwnName {
  readonly name: string;
  readonly namespace?: string;
  readonly kind: "function" | "custom";
}

/** OpenAI and most others take no longer names. */
const NAME_LENGTH_MAX = 64;

/**
 * Every tool of a request, groups opened, in the order they stand in. Codex also puts tools into items of the input
 * (`additional_tools`, and the results of its search for tools).
 */
export function offeredTools(body: JsonObject): readonly OfferedTool[] {
  const fromItems = inputItems(body["input"]).flatMap((item, index) => toolsIn(item, `input[${index}].tools`));
  const seen = new Set<string>();
  return [...toolsIn(body, "tools"), ...fromItems].filter(({ tool, namespace }) => {
    const name = stringOf(tool["name"]);
    if (name === undefined) return true;
    const key = keyOf(namespace, name);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

function toolsIn(holder: JsonObject, path: string): readonly OfferedTool[] {
  return arrayOf(holder["tools"]).flatMap((tool, index): readonly OfferedTool[] => {
    if (!isObject(tool)) return [];
    const field = `${path}[${index}]`;
    if (tool["type"] !== "namespace") return [{ tool, field }];
    const namespace = stringOf(tool["name"]) ?? "";
    return objectsOf(tool["tools"]).map((inner) => ({ tool: inner, namespace, field }));
  });
}

/**
 * One name for each tool of a request, in one list without groups, and back. It depends on the request alone, so that
 * the answer is read with the same names as the question.
 */
export class ToolNames {
  readonly #flat = new Map<string, string>();
  readonly #own = new Map<string, OwnName>();
  /** Tools in groups by what they are called there; nothing where that is not only one. */
  readonly #inGroups = new Map<string, OwnName | undefined>();

  constructor(offered: readonly OfferedTool[]) {
    const named = offered.flatMap(({ tool, namespace }) => {
      const name = stringOf(tool["name"]);
      const kind = tool["type"] === "custom" ? ("custom" as const) : ("function" as const);
      const isCallable = kind === "custom" || tool["type"] === "function";
      return name === undefined || !isCallable ? [] : [{ name, namespace, kind }];
    });
    // Names outside of groups stay as they are, so they are given first.
    for (const { name, namespace, kind } of named) if (namespace === undefined) this.#add(name, { name, kind });
    for (const { name, namespace, kind } of named) {
      if (namespace === undefined) continue;
      const own = { name, namespace, kind };
      this.#add(this.#unique(namespace, name), own);
      this.#inGroups.set(name, this.#inGroups.has(name) ? undefined : own);
    }
  }

  /** The one name of a tool; that of a tool nobody offers is made alike. */
  flat(namespace: string | undefined, name: string): string {
    return this.#flat.get(keyOf(namespace, name)) ?? (namespace === undefined ? name : joined(namespace, name));
  }

  /** What the client calls the tool that has this name here, or that is called without its group. */
  own(name: string): OwnName | undefined {
    return this.#own.get(name) ?? this.#inGroups.get(name);
  }

  #add(flat: string, own: OwnName): void {
    this.#flat.set(keyOf(own.namespace, own.name), flat);
    this.#own.set(flat, own);
  }

  #unique(namespace: string, name: string): string {
    const wanted = joined(namespace, name);
    let flat = wanted;
    for (let count = 2; this.#own.has(flat); count += 1) {
      const suffix = `_${count}`;
      flat = wanted.slice(0, NAME_LENGTH_MAX - suffix.length) + suffix;
    }
    return flat;
  }
}

function joined(namespace: string, name: string): string {
  return `${namespace}__${name}`.replace(/[^A-Za-z0-9_-]/gu, "_").slice(0, NAME_LENGTH_MAX);
}

function keyOf(namespace: string | undefined, name: string): string {
  return JSON.stringify([namespace, name]);
}
