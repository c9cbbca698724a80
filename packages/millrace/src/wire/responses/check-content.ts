import type { Failure } from "../../model/failure.ts";
import { nameOf, refuse } from "../assembly/request-checks.ts";
import { failureOf } from "../failure/kinds.ts";
import { isArray, isObject, stringOf } from "../json/read.ts";
import type { JsonField } from "../json/read.ts";
import { readDataUrl } from "../translation/data-url.ts";

/** What is wrong with a message's content or a tool's output, if anything is. */
export function checkContent(content: JsonField, path: string): Failure | undefined {
  if (content === undefined || content === null || !isArray(content)) {
    const isFine = content === undefined || content === null || typeof content === "string" || isObject(content);
    return isFine
      ? undefined
      : refuse(path, `\`${path}\` must be a string or an array of parts, not ${nameOf(content)}`);
  }
  for (const [index, part] of content.entries()) {
    const at = `${path}[${index}]`;
    if (!isObject(part)) return refuse(at, `\`${at}\` must be an object with a type, not ${nameOf(part)}`);
    const url = part["type"] === "input_image" ? stringOf(part["image_url"]) : undefined;
    if (url !== undefined && isBroken(url)) return brokenImage(`${at}.image_url`);
  }
  return undefined;
}

/** Only letters are looked at: of a long text no more than its beginning may have been read. */
function isBroken(url: string): boolean {
  const image = readDataUrl(url);
  return image !== undefined && (image.data === "" || !BASE64.test(image.data));
}

const BASE64 = /^[A-Za-z0-9+/_\s-]*={0,2}\s*$/u;

/** Codex knows by this code and field that it has to leave the image out of the conversation. */
function brokenImage(path: string): Failure {
  return failureOf("bad_request", `\`${path}\` is no valid image: its data is not base64`, {
    param: path,
    code: "invalid_value",
  });
}
