/** The codes are undici's, so that a failure reads the same whichever client met it. */
export type ReplyErrorCode =
  | "HPE_INVALID_RESPONSE"
  | "UND_ERR_HEADERS_OVERFLOW"
  | "UND_ERR_INVALID_ARG"
  | "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"
  | "UND_ERR_SOCKET";

/** What a connection met that is no error of the operating system. */
export class ReplyError extends Error {
  readonly code: ReplyErrorCode;

  constructor(code: ReplyErrorCode, message: string) {
    super(message);
    this.name = "ReplyError";
    this.code = code;
  }
}

/** @param what completes "The reply has …" */
export function malformed(what: string): ReplyError {
  return new ReplyError("HPE_INVALID_RESPONSE", `The reply has ${what}.`);
}
