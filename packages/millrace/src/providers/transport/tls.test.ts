import { hash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { FakeClock } from "../../conformance/fake-clock.ts";
import { ConfigurationError, ProviderError } from "../../model/errors.ts";
import { readBody } from "./read-body.ts";
import { resolveTls, type TlsOptions } from "./tls.ts";
import { createHttpTransport } from "./http-transport.ts";

interface Identity {
  readonly cert: string;
  readonly key: string;
}

const folder = mkdtempSync(join(tmpdir(), "millrace-tls-"));
let authority: Identity;
let serverIdentity: Identity;
let clientIdentity: Identity;
let stranger: Identity;

async function issue(name: string, ca?: Identity): Promise<Identity> {
  const issued = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: ca === undefined, critical: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
    ...(ca === undefined ? {} : { ca: { key: ca.key, cert: ca.cert } }),
  });
  return { cert: issued.cert, key: issued.private };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function pinOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return `sha256/${hash("sha256", key, "base64")}`;
}

beforeAll(async () => {
  authority = await issue("Test authority");
  stranger = await issue("Other authority");
  serverIdentity = await issue("127.0.0.1", authority);
  clientIdentity = await issue("client", authority);
});
afterAll(() => rmSync(folder, { recursive: true }));

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server) await once(server, "close");
  server = undefined;
});

async function serve(options: ServerOptions = {}): Promise<string> {
  server = createServer({ ...serverIdentity, ...options }, (_message, response) => response.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(url: string, tls: TlsOptions): Promise<string> {
  const transport = createHttpTransport({ clock: new FakeClock(), tls: resolveTls(tls) });
  try {
    const timeouts = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };
    const reply = await transport.send({ method: "GET", url, headers: {}, timeouts });
    return Buffer.from(await readBody(reply.body, { maxBytes: 1000 })).toString();
  } catch (error) {
    if (error instanceof ProviderError) return `${error.kind}: ${error.message}`;
    throw error;
  } finally {
    await transport.close();
  }
}

describe("L2: a private authority and pins that are really compared", () => {
  test("a server of the given authority is trusted", async () => {
    expect(await ask(await serve(), { ca: [file("ca.pem", authority.cert)] })).toBe("hello");
  });

  test("a server of another authority is not, and the message says what to do", async () => {
    const answer = await ask(await serve(), { ca: [stranger.cert] });
    expect(answer).toMatch(/^connection: .*not trusted.*tls\.ca/);
  });

  test("without an authority a private server is not trusted", async () => {
    expect(await ask(await serve(), {})).toMatch(/^connection: /);
  });

  test("the pin of the server's own key lets it in", async () => {
    expect(await ask(await serve(), { ca: [authority.cert], pins: [pinOf(serverIdentity.cert)] })).toBe("hello");
  });

  test("the pin of the authority's key lets it in", async () => {
    expect(
      await ask(await serve(), { ca: [authority.cert], pins: [pinOf(stranger.cert), pinOf(authority.cert)] }),
    ).toBe("hello");
  });

  test("another key is refused although its certificate is trusted", async () => {
    const answer = await ask(await serve(), { ca: [authority.cert], pins: [pinOf(stranger.cert)] });
    expect(answer).toMatch(/^connection: .*tls\.pins/);
  });

  test("a pin does not replace verification", async () => {
    expect(await ask(await serve(), { ca: [stranger.cert], pins: [pinOf(serverIdentity.cert)] })).toMatch(
      /^connection: /,
    );
  });

  test("a self-signed server can be given as its own authority and pinned", async () => {
    const own = await issue("127.0.0.1");
    expect(await ask(await serve(own), { ca: [own.cert], pins: [pinOf(own.cert)] })).toBe("hello");
  });
});

describe("L3: mutual TLS", () => {
  const strict = (): ServerOptions => ({ requestCert: true, rejectUnauthorized: true, ca: [authority.cert] });

  test("the client's certificate is shown", async () => {
    const tls = {
      ca: [authority.cert],
      clientCertificate: file("me.pem", clientIdentity.cert),
      clientKey: file("me.key", clientIdentity.key),
    };
    expect(await ask(await serve(strict()), tls)).toBe("hello");
  });

  test("without it the server that wants one refuses", async () => {
    expect(await ask(await serve(strict()), { ca: [authority.cert] })).toMatch(/^(connection|truncated): /);
  });
});

describe("L1, L3: a mistake is an error at construction, never a weaker connection", () => {
  test.each<[string, () => TlsOptions, string, RegExp]>([
    [
      "an authority that cannot be read",
      () => ({ ca: [join(folder, "nowhere.pem")] }),
      "tls.ca",
      /nowhere\.pem.*ENOENT/,
    ],
    ["an authority without a certificate", () => ({ ca: [file("empty.pem", "")] }), "tls.ca", /holds no certificate/],
    [
      "a broken certificate",
      () => ({ ca: [file("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")] }),
      "tls.ca",
      /cannot be read/,
    ],
    ["no authority in the list", () => ({ ca: [] }), "tls.ca", /empty/],
    ["a pin that is none", () => ({ pins: ["sha256/abc"] }), "tls.pins", /not a pin/],
    ["no pin in the list", () => ({ pins: [] }), "tls.pins", /empty/],
    [
      "a certificate without its key",
      () => ({ clientCertificate: clientIdentity.cert }),
      "tls.client_key",
      /go together/,
    ],
    [
      "a key without its certificate",
      () => ({ clientKey: clientIdentity.key }),
      "tls.client_certificate",
      /go together/,
    ],
    [
      "a key that cannot be read",
      () => ({ clientCertificate: clientIdentity.cert, clientKey: join(folder, "nowhere.key") }),
      "tls.client_key",
      /nowhere\.key/,
    ],
    [
      "a key that is none",
      () => ({ clientCertificate: clientIdentity.cert, clientKey: file("no.key", "hello") }),
      "tls.client_key",
      /not a private key/,
    ],
    [
      "a key of another certificate",
      () => ({ clientCertificate: clientIdentity.cert, clientKey: stranger.key }),
      "tls.client_key",
      /does not belong/,
    ],
  ])("%s", (_title, options, setting, message) => {
    expect(() => resolveTls(options())).toThrow(ConfigurationError);
    expect(() => resolveTls(options())).toThrow(expect.objectContaining({ setting }));
    expect(() => resolveTls(options())).toThrow(message);
  });
});
