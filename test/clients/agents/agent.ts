import type { ClientId } from "../packages.ts";

/** The dialect that a client speaks to the gateway. */
export type Wire = "chat" | "responses" | "messages" | "gemini" | "ollama";

/** What an agent's set-up may use. */
export interface Place {
  /** The gateway, without a path. */
  readonly gateway: string;
  readonly model: string;
  readonly home: string;
}

export interface AgentSetup {
  /** Written before the run, below the home folder; `work/` in it is the working directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Commands of the client's own program, one after the other; the last one is the run itself. */
  readonly commands: readonly (readonly string[])[];
}

/** A coding agent on one of the wires it can speak. */
export interface Agent {
  readonly client: ClientId;
  readonly wire: Wire;
  /** Tells two ways of the same client over the same wire apart. */
  readonly variant?: string;
  /** The program in `node_modules/.bin`. */
  readonly program: string;
  readonly setup: (place: Place) => AgentSetup;
}

/** What every agent is asked. Two words: one of them takes a single word for a file. */
export const PROMPT = "Run the command.";
