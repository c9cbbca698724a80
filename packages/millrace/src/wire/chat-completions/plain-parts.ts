import type { ContentPart, FilePart, ImagePart, Message, Role } from "../../model/message.ts";
import { stringOf } from "../json/read.ts";
import { breakFor, joinedParts } from "./joined-texts.ts";
import type { PlainAccount } from "./plain-account.ts";

/** Parts as a server understands them; `path` is that of their message. */
export function plainParts(
  parts: readonly ContentPart[],
  { role, path }: { readonly role: Role; readonly path: string },
  account: PlainAccount,
): Message["content"] {
  const plain = parts.map((part, index): ContentPart => {
    const unmarked = withoutMark(part, account);
    const at = `${path}.content[${index}]`;
    if (unmarked.type === "image") return plainImage(unmarked, at, account);
    return unmarked.type === "file" ? plainFile(unmarked, at, account) : unmarked;
  });
  return joinedParts(plain, breakFor(role));
}

function withoutMark(part: ContentPart, account: PlainAccount): ContentPart {
  if (!("cacheControl" in part) || part.cacheControl === undefined) return part;
  if (account.keeps("cache_control", "cache_control")) return part;
  const { cacheControl: _mark, ...unmarked } = part;
  return unmarked;
}

/** Only OpenAI has this word; others refuse it. */
function plainImage(part: ImagePart, path: string, account: PlainAccount): ContentPart {
  if (part.detail !== "original" || account.takes("platform")) return part;
  const { detail: _word, ...plain } = part;
  account.drop(`${path}.detail`, "the server does not know the word");
  return plain;
}

/** The dialect has files by data or by id, and images by data or by URL. */
function plainFile(part: FilePart, path: string, account: PlainAccount): ContentPart {
  if (part.isImage === true) account.refuse(path, "The target takes no image by its id: send it as a data URL");
  const { file_url: url, ...file } = part.file;
  if (stringOf(url) === undefined || stringOf(file["file_data"]) !== undefined) return part;
  if (account.takes("file_urls")) return { ...part, file: { ...file, file_data: url ?? null } };
  account.refuse(path, "The target does not fetch files: send it as a data URL");
  return part;
}
