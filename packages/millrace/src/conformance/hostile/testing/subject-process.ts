/**
 * Calls one hostile server in each way there is: `URL NAME`. Says how each call ended, how far the memory of
 * this process grew meanwhile over what it was after honest work, and how long the event loop was blocked.
 * Run with `--expose-gc`.
 */
import { HOSTILE_UPSTREAMS } from "../hostile-upstreams.ts";
import { Gauge } from "./gauge.ts";
import { throughGateway } from "./gateway-face.ts";
import { HONEST } from "./honest.ts";
import { throughLibrary } from "./library-face.ts";
import { IS_LONG } from "./run-length.ts";
import type { Face, Report } from "./report.ts";
import { yardstickMs } from "./yardstick.ts";

const FACES: Readonly<Record<string, Face>> = {
  library: throughLibrary,
  "gateway, mending": (url, hostile) => throughGateway(url, hostile, "mend"),
  "gateway, passing": (url, hostile) => throughGateway(url, hostile, "pass"),
};

const [url = "", name = ""] = process.argv.slice(2);
const found = HOSTILE_UPSTREAMS.find((candidate) => candidate.name === name);
if (found === undefined) throw new Error(`There is no hostile upstream "${name}"`);
const hostile = { ...found, limits: { ...found.limits, ...(IS_LONG ? {} : found.shortLimits) } };

for (const face of Object.values(FACES))
  await face(`${url}/${HONEST}`, { ...hostile, ask: "stream", limits: {}, timeouts: {} });
process.on("disconnect", () => process.exit());
const gauge = new Gauge();
const reports: Report[] = [];
for (const [face, call] of Object.entries(FACES)) {
  const before = yardstickMs();
  await gauge.start();
  const ending = await call(`${url}/${encodeURIComponent(name)}`, hostile);
  const reading = gauge.stop();
  reports.push({ face, ...ending, ...reading, yardstickMs: Math.max(before, yardstickMs()) });
}
process.send?.(reports, () => process.disconnect());
