/**
 * Uses an on-demand server, says so, and then stays until it is killed. Its arguments: a port, the milliseconds from
 * asking to killing, and the server's manners.
 */
import { OnDemandProvider } from "../on-demand-provider.ts";

const [, , port = "", stopMs, ...manners] = process.argv;
const script = new URL("model-server-process.ts", import.meta.url).pathname;

const provider = new OnDemandProvider({
  name: "desk",
  profile: "llama.cpp",
  baseUrl: `http://127.0.0.1:${port}`,
  command: { command: [process.execPath, script, "{port}", ...manners], stopMs: Number(stopMs) },
});
await provider.infer({ model: "m", prompt: "hi" });
process.stdout.write("used\n");
setInterval(() => undefined, 60_000);
