import { ConfigurationError } from "../../model/errors.ts";

/** What a header's name is made of. */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 §5.5: visible characters, space and tab; bytes above 0x7f are obsolete but legal. */
export const FIELD_VALUE: RegExp = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Refuses what would end a header early or start another one.
 *
 * @param setting where the header was configured, for the message
 * @throws {ConfigurationError} which never quotes the value
 */
export function checkHeader(name: string, value: string, setting = "headers"): void {
  if (!TOKEN.test(name)) {
    throw new ConfigurationError(
      setting,
      `${JSON.stringify(name)} is not a header name. Use letters, digits and hyphens.`,
    );
  }
  if (!FIELD_VALUE.test(value)) {
    throw new ConfigurationError(
      setting,
      `The value of ${name} holds a line break or another character that a header cannot carry. Check it for a stray newline.`,
    );
  }
}

/** The text with every secret in it blotted out. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => (secret === "" ? clean : clean.replaceAll(secret, "[redacted]")), text);
}
