import type { Failure } from "../../model/failure.ts";
import type { JsonObject } from "../../model/json.ts";
import { nameOf, refuse } from "../assembly/request-checks.ts";
import { isArray, isObject, objectOf, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";

/** What is wrong with the content of a turn, if anything is. */
export function checkContent(content: JsonField, path: string): Failure | undefined {
  return checkBlocks(content, path, TURN_BLOCKS);
}

type BlockChecks = Readonly<Record<string, (block: JsonObject, path: string) => Failure | undefined>>;

function checkBlocks(content: JsonField, path: string, checks: BlockChecks): Failure | undefined {
  if (typeof content === "string") return undefined;
  if (!isArray(content)) return refuse(path, `${path}: must be a string or an array of blocks, not ${nameOf(content)}`);
  for (const [index, block] of content.entries()) {
    const flaw = isObject(block)
      ? checkBlock(block, `${path}.${index}`, checks)
      : refuse(`${path}.${index}`, `${path}.${index}: must be an object with a type, not ${nameOf(block)}`);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** Results hold no results. */
const RESULT_BLOCKS: BlockChecks = {
  text: (block, path) => needsString(block, "text", path),
  image: checkImage,
};

const TURN_BLOCKS: BlockChecks = {
  ...RESULT_BLOCKS,
  tool_use: (block, path) => needsString(block, "id", path) ?? needsString(block, "name", path),
  tool_result: (block, path) =>
    needsString(block, "tool_use_id", path) ??
    (isNothing(block["content"]) ? undefined : checkBlocks(block["content"], `${path}.content`, RESULT_BLOCKS)),
};

function checkBlock(block: JsonObject, path: string, checks: BlockChecks): Failure | undefined {
  const type = stringOf(block["type"]);
  if (type === undefined)
    return refuse(`${path}.type`, `${path}.type: must be the name of a kind of block, not ${nameOf(block["type"])}`);
  return Object.hasOwn(checks, type) ? checks[type]?.(block, path) : undefined;
}

function needsString(block: JsonObject, field: string, path: string): Failure | undefined {
  if (typeof block[field] === "string") return undefined;
  const at = `${path}.${field}`;
  return refuse(at, `${at}: must be a string, not ${nameOf(block[field])}`);
}

/** Only letters are looked at: of a long text no more than its beginning may have been read. */
const BASE64 = /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/u;

function checkImage({ source }: JsonObject, path: string): Failure | undefined {
  const given = objectOf(source);
  if (given === undefined) return refuse(`${path}.source`, `${path}.source: must be an object, not ${nameOf(source)}`);
  if (given["type"] !== "base64" || BASE64.test(stringOf(given["data"]) ?? "")) return undefined;
  const at = `${path}.source.data`;
  return refuse(at, `${at}: image could not be read: its data is not base64`);
}

function isNothing(value: JsonField): boolean {
  return value === undefined || value === null;
}
