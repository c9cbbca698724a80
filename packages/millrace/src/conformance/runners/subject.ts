import type { Clock } from "../../model/clock.ts";
import type { LlmProvider } from "../../providers/provider.ts";
import type { CaseSetup } from "../cases/conformance-case.ts";

/** How a subject has to be set up for one case. */
export interface SubjectOptions extends CaseSetup {
  readonly baseUrl: string;
  /** Time is the run's: nothing waits for real. */
  readonly clock: Clock;
}

/** Makes the library that is put to the test. */
export type OpenLibrary = (options: SubjectOptions) => LlmProvider | Promise<LlmProvider>;

/** A gateway that listens, with one provider named `upstream` behind it, set up as the options say. */
export interface OpenedGateway {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the gateway that is put to the test. */
export type OpenGateway = (options: SubjectOptions) => Promise<OpenedGateway>;
