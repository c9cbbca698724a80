import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "selfsigned";
import { OTHER_PROCESSOR } from "./driver.ts";
import { started } from "./subjects.ts";

/** Where a subject finds its upstream. */
export interface Address {
  readonly port: number;
  /** The path of the certificate of its authority, where it speaks TLS. */
  readonly authority?: string;
}

/** The two mock upstreams, one of which speaks TLS. */
export interface Upstreams {
  readonly plain: Address;
  readonly secure: Address;
  stop(): Promise<void>;
}

const script = join(dirname(fileURLToPath(import.meta.url)), "processes", "mock-upstream.ts");

/** Starts both on the processor that subjects do not have. */
export async function startUpstreams(): Promise<Upstreams> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-upstream-"));
  const [authority, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const issued = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  writeFileSync(authority, issued.cert);
  writeFileSync(key, issued.private, { mode: 0o600 });
  const plain = await started(process.execPath, [script], undefined, OTHER_PROCESSOR);
  const secure = await started(process.execPath, [script, authority, key], undefined, OTHER_PROCESSOR);
  return {
    plain: { port: plain.port },
    secure: { port: secure.port, authority },
    stop: async () => {
      await Promise.all([plain.stop(), secure.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}
