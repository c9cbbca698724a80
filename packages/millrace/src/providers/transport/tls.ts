import { createPrivateKey, hash, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { ConfigurationError } from "../../model/errors.ts";

/** How to know the server, and how to be known by it. Each entry is a path of a PEM file, or PEM text. */
export interface TlsOptions {
  /** Authorities to trust; they replace the public ones. */
  readonly ca?: readonly string[];
  /** `sha256/…`: base64 of the SHA-256 of a public key (SPKI), one of which must be in the server's chain. */
  readonly pins?: readonly string[];
  /** Both or neither of these two. */
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** TLS settings that were read and checked. */
export interface ResolvedTls {
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  /** Runs after the chain was verified; gives an error to refuse the server. */
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
}

/**
 * Reads and checks every file now, so that a mistake is an error at construction and never a
 * connection that is less protected than was asked for.
 *
 * @throws {ConfigurationError} naming the setting and the file
 */
export function resolveTls(options: TlsOptions): ResolvedTls {
  const ca = options.ca?.map((source) => certificateText("tls.ca", source));
  if (ca?.length === 0)
    throw new ConfigurationError("tls.ca", "tls.ca is empty. Name at least one file, or leave it out.");
  return {
    ...(ca === undefined ? {} : { ca }),
    ...clientIdentity(options),
    checkServerIdentity: identityCheck(options.pins),
  };
}

function clientIdentity({ clientCertificate, clientKey }: TlsOptions): { cert?: string; key?: string } {
  if (clientCertificate === undefined && clientKey === undefined) return {};
  if (clientCertificate === undefined || clientKey === undefined) {
    const missing = clientCertificate === undefined ? "tls.client_certificate" : "tls.client_key";
    throw new ConfigurationError(missing, `${missing} is missing. A client certificate and its key go together.`);
  }
  const cert = certificateText("tls.client_certificate", clientCertificate);
  const key = pemText("tls.client_key", clientKey);
  const privateKey = parsedKey(clientKey, key);
  if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
    throw new ConfigurationError(
      "tls.client_key",
      `The key in ${named(clientKey)} does not belong to the certificate in ${named(clientCertificate)}.`,
    );
  }
  return { cert, key };
}

function parsedKey(source: string, key: string): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (cause) {
    const why = /encrypted|passphrase/i.test(key + String(cause))
      ? "is encrypted; give it without a passphrase"
      : "is not a private key in PEM form";
    throw new ConfigurationError("tls.client_key", `${named(source)} ${why}.`, { cause });
  }
}

function certificateText(setting: string, source: string): string {
  const text = pemText(setting, source);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (!blocks) throw new ConfigurationError(setting, `${named(source)} holds no certificate in PEM form.`);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      throw new ConfigurationError(setting, `${named(source)} holds a certificate that cannot be read.`, { cause });
    }
  }
  return text;
}

function pemText(setting: string, source: string): string {
  if (source.includes("-----BEGIN ")) return source;
  try {
    return readFileSync(source, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(setting, `${named(source)} cannot be read: ${why}`, { cause });
  }
}

function named(source: string): string {
  return source.includes("-----BEGIN ") ? "the given PEM text" : source;
}

const PIN = /^sha256\/([A-Za-z0-9+/]{43}=)$/;

function identityCheck(pins: readonly string[] | undefined): ResolvedTls["checkServerIdentity"] {
  if (pins === undefined) return checkServerIdentity;
  if (pins.length === 0)
    throw new ConfigurationError("tls.pins", "tls.pins is empty. Name at least one pin, or leave it out.");
  const wanted = new Set(
    pins.map((pin) => {
      const digest = PIN.exec(pin.trim())?.[1];
      if (digest === undefined) {
        throw new ConfigurationError(
          "tls.pins",
          `${JSON.stringify(pin)} is not a pin. A pin is sha256/ and 44 characters of base64.`,
        );
      }
      return digest;
    }),
  );
  return (host, certificate) => checkServerIdentity(host, certificate) ?? pinned(host, certificate, wanted);
}

/** The server's own key, or the key of any authority above it in the verified chain. */
function pinned(host: string, leaf: PeerCertificate, wanted: ReadonlySet<string>): Error | undefined {
  let certificate: PeerCertificate & { readonly issuerCertificate?: PeerCertificate } = leaf;
  for (;;) {
    if (wanted.has(publicKeyDigest(certificate))) return undefined;
    const { issuerCertificate } = certificate;
    // A root is its own issuer.
    if (issuerCertificate === undefined || issuerCertificate === certificate) break;
    certificate = issuerCertificate;
  }
  return Object.assign(new Error(`No public key in the certificate chain of ${host} is pinned`), {
    code: "MILLRACE_PIN_MISMATCH",
  });
}

function publicKeyDigest(certificate: PeerCertificate): string {
  const spki = new X509Certificate(certificate.raw).publicKey.export({ type: "spki", format: "der" });
  return hash("sha256", spki, "base64");
}
