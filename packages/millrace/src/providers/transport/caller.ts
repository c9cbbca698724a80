import type { Call } from "./call.ts";
import type { TransportRequest } from "./transport.ts";

/** One way to carry a request to its server and the reply back. */
export interface Caller {
  /** Sends the request once, as it is. */
  call(request: TransportRequest): Call;
  /** Ends what is in flight, as cancelled. */
  close(): Promise<void>;
}
