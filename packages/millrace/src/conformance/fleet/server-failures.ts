import type { Failure } from "../../model/failure.ts";
import { failureOf } from "../../wire/failure/kinds.ts";

/** How a simulated server fails, as the transport would say it of a real one. */
export interface ServerFailures {
  readonly refused: Failure;
  readonly cut: Failure;
  readonly error: Failure;
  readonly loading: Failure;
  readonly silence: Failure;
}

export function failuresOf(server: string): ServerFailures {
  return {
    refused: failureOf("connection", `${server} refused the connection (ECONNREFUSED).`),
    cut: failureOf("connection", `${server} closed the connection (ECONNRESET).`),
    error: failureOf("server", `${server} answered 500.`, { status: 500, upstream: { status: 500 } }),
    loading: failureOf("loading", `${server} loads the model.`, { upstream: { status: 503 } }),
    silence: failureOf("timeout", `${server} gave no content in time.`, { timeoutPhase: "first_content" }),
  };
}
