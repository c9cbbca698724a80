import type { JsonObject } from "../../model/json.ts";
import type { AudioPart, ContentPart, FilePart, ImagePart, RefusalPart, TextPart } from "../../model/message.ts";
import { objectOf, stringOf } from "../json/read.ts";
import { readDataUrl } from "../translation/data-url.ts";
import type { EncodingAccount } from "../translation/encoding-account.ts";
import { encodeAddress, encodeData, typeOfAddress } from "./media.ts";
import type { GenerateContentRules } from "./rules.ts";

/** Writes parts of a conversation. What has no place in the dialect is told to the account. */
export class PartWriter {
  readonly #rules: GenerateContentRules;
  readonly #account: EncodingAccount;

  constructor(rules: GenerateContentRules, account: EncodingAccount) {
    this.#rules = rules;
    this.#account = account;
  }

  /** The part, or nothing where it cannot be sent. `path` is where it stands. */
  write(part: ContentPart, path: string): JsonObject | undefined {
    if ("cacheControl" in part && part.cacheControl !== undefined) {
      this.#account.dropOnce("cache_control", "the server caches prompts by itself");
    }
    if (part.type === "opaque") return part.raw;
    const write = this.#writers[part.type] as (part: ContentPart, path: string) => JsonObject | undefined;
    return write(part, path);
  }

  readonly #writers = {
    // Servers refuse an empty text.
    text: ({ text, extra }: TextPart) => (text === "" && extra === undefined ? undefined : { ...extra, text }),
    refusal: ({ refusal, extra }: RefusalPart): JsonObject => ({ ...extra, text: refusal }),
    audio: ({ data, format, extra }: AudioPart): JsonObject => encodeData(`audio/${format}`, data, extra),
    image: (part: ImagePart, path: string) => this.#image(part, path),
    file: (part: FilePart, path: string) => this.#file(part, path),
  };

  #image({ url, detail, extra }: ImagePart, path: string): JsonObject | undefined {
    if (detail !== undefined && detail !== "auto") {
      this.#account.drop(`${path}.detail`, "the dialect has no such word for one image");
    }
    if (!this.#takes(url, path)) return undefined;
    const isTyped = readDataUrl(url) !== undefined || typeOfAddress(url) !== undefined;
    // Servers want to be told a type; most images on the web are this one.
    const typed = { mimeType: "image/jpeg", ...objectOf(extra?.["fileData"]) };
    return encodeAddress(url, isTyped ? extra : { ...extra, fileData: typed });
  }

  #file({ file, extra }: FilePart, path: string): JsonObject | undefined {
    const url = stringOf(file["file_data"]) ?? stringOf(file["file_url"]) ?? ownFile(stringOf(file["file_id"]));
    if (url === undefined) {
      const reason = "a file that is kept elsewhere cannot be sent to this server: send its data or its address";
      this.#account.refuse(path, `\`${path}\` cannot be sent: ${reason}`);
      return undefined;
    }
    if (!this.#takes(url, path)) return undefined;
    const filename = stringOf(file["filename"]);
    if (filename !== undefined && !this.#rules.displayNames) {
      this.#account.drop(`${path}.file.filename`, "the server takes no names of files");
    }
    return encodeAddress(url, extra, this.#rules.displayNames ? filename : undefined);
  }

  /** Whether data or an address is one that the server can read. */
  #takes(url: string, path: string): boolean {
    if (url.startsWith("data:")) {
      if (readDataUrl(url) !== undefined) return true;
      this.#account.refuse(path, `\`${path}\` cannot be sent: its data URL is not in base64`);
      return false;
    }
    if (!/^https?:/iu.test(url) || this.#rules.httpFiles || GOOGLE_FILE.test(url)) return true;
    this.#account.refuse(path, `\`${path}\` cannot be sent: this server fetches nothing; send the data itself`);
    return false;
  }
}

const GOOGLE_FILE = /^(?:gs:|https:\/\/generativelanguage\.googleapis\.com\/)/iu;

/** A file that Google keeps. */
function ownFile(id: string | undefined): string | undefined {
  return id !== undefined && GOOGLE_FILE.test(id) ? id : undefined;
}
