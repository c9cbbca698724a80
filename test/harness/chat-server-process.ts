import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** The program of such a server; its argument is a port. */
export const CHAT_SERVER: string = new URL("chat-server.ts", import.meta.url).pathname;

/** A model server that runs, until it is killed. */
export interface ChatServer {
  readonly url: string;
  /** Ends it as a crash of the machine would. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts one on a free port, and resolves once it listens. */
export async function startChatServer(): Promise<ChatServer> {
  const child = spawn(process.execPath, [CHAT_SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const [url] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
