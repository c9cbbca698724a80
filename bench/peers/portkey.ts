import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Peer } from "./peer.ts";
import { startProgram } from "./process.ts";

const version = "1.15.2";
/** The day after it was published: its dependencies are what they were then. */
const BEFORE = "2026-08-24";
/** The newest with which it streams: later ones do not let it set headers (Portkey-AI/gateway#1389). */
const NODE_SERVER = "1.14.1";
const loopbackOnly = fileURLToPath(new URL("loopback-only.mjs", import.meta.url));

/** On the same Node as the bare relay, as its README runs it in production: no console, no log of requests. */
export const portkey: Peer = {
  name: "portkey",
  title: `Portkey ${version}`,
  version,
  recipe: {
    files: {
      "package.json": JSON.stringify({
        private: true,
        dependencies: { "@portkey-ai/gateway": version },
        overrides: { "@hono/node-server": NODE_SERVER },
      }),
    },
    // Its only install script looks for patches that are not in the package.
    steps: [["npm", "install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", `--before=${BEFORE}`]],
  },
  headers: { authorization: "Bearer sk-bench", "x-portkey-provider": "openai" },
  start: async (folder, { url, authority }) => {
    const main = join(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
    const running = await startProgram((port) => ({
      command: process.execPath,
      args: ["--import", loopbackOnly, main, "--headless", `--port=${port}`],
      env: { NODE_ENV: "production", ...(authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }) },
    }));
    return { ...running, headers: { "x-portkey-custom-host": `${url}/v1` } };
  },
};
