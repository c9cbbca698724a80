import type { ReplyHead } from "../reply-head.ts";
import { ReplyError } from "../reply-error.ts";
import { ReplyParser } from "../reply-parser.ts";

/** What was made of the bytes of one reply. */
export interface Parsed {
  readonly interim: readonly number[];
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** `open` while more must come. */
  readonly end: "done" | "open" | ReplyError["code"];
  readonly keepsConnection: boolean;
  /** Bytes behind the reply. */
  readonly rest: string;
}

/**
 * Feeds the pieces to a parser one by one, as a connection does.
 *
 * @param closed the connection ends behind them
 */
export function parsed(pieces: readonly Buffer[], closed = false): Parsed {
  const heads: ReplyHead[] = [];
  let body = "";
  let rest = "";
  let current: Buffer = Buffer.alloc(0);
  const parser = new ReplyParser({
    onHead: (head) => void heads.push(head),
    onBody: (from, to) => (body += current.toString("latin1", from, to)),
  });
  const read = (piece: Buffer): void => {
    current = piece;
    rest += piece.subarray(parser.read(piece)).toString("latin1");
  };
  parser.begin();
  const end = endOf(() => {
    for (const piece of pieces) read(piece);
    if (parser.isDone) return "done";
    const error = closed ? parser.end() : undefined;
    if (error) throw error;
    return closed ? "done" : "open";
  });
  const answer = heads.find(({ status }) => status >= 200);
  return {
    interim: heads.filter(({ status }) => status < 200).map(({ status }) => status),
    ...(answer === undefined ? {} : { status: answer.status, headers: answer.headers }),
    body,
    end,
    keepsConnection: parser.keepsConnection,
    rest,
  };
}

function endOf(work: () => Parsed["end"]): Parsed["end"] {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReplyError) return error.code;
    throw error;
  }
}
