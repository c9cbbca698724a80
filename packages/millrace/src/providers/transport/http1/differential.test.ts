import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../../../conformance/scripted-upstream/scripted-upstream.ts";
import { ProviderError } from "../../../model/errors.ts";
import type { Call } from "../call.ts";
import type { Caller } from "../caller.ts";
import { systemClock } from "../system-clock.ts";
import { UndiciCaller } from "../undici-caller.ts";
import { Http1Caller } from "./http1-caller.ts";
import { BAD_REPLIES, CHUNKED, GOOD_REPLIES } from "./testing/replies.ts";

const TIMEOUTS = { connect: 0, firstByte: 0, firstContent: 0, idle: 0 };

/** What came of one call, as far as anybody can see it. */
interface Outcome {
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body: string;
  readonly failure?: string;
}

interface Row {
  readonly name: string;
  readonly wire: string;
  /** How the connection ends behind the bytes; it stays open where nothing is said. */
  readonly ending?: "close" | "reset";
}

/** undici takes a broken head with a length in it for a body that is too short. */
const MISTAKEN = "undici calls it a connection failure, since it had seen a content-length before the mistake";
const STRICTER = "undici accepts it";

const DIFFERENCES: Readonly<Record<string, string>> = {
  "spaces around a length": "undici counts the spaces as digits and finds the body too short",
  "interim responses first": "undici takes 100 Continue for a broken connection",
  "HTTP/2": STRICTER,
  "a status under 100": "undici stops at an assertion",
  "a control character in the reason": STRICTER,
  "a line feed alone behind a header": MISTAKEN,
  "a line feed alone as the blank line": MISTAKEN,
  "a line feed in front": STRICTER,
  "one length twice": MISTAKEN,
  "two lengths": MISTAKEN,
  "two lengths in one": MISTAKEN,
  "a length over 2^53": STRICTER,
  "a length and a coding": MISTAKEN,
  "another coding": "undici takes the body as ended by the connection, without undoing the coding",
  "another coding under the chunks": STRICTER,
  "a coding twice": STRICTER,
  "an empty coding": STRICTER,
  "an upgrade nobody asked for": "undici calls it a connection failure",
  "a chunk size over 2^53": STRICTER,
  "a chunk size of 17 digits": STRICTER,
  "a chunk extension without end": STRICTER,
  "chunked, closing, cut by an end": "undici calls a cut reply no HTTP where the server said it would close",
  "chunked, closing, cut by a reset": "undici calls a cut reply no HTTP where the server said it would close",
};

const ENDS: readonly Row[] = [
  { name: "nothing, ended", wire: "", ending: "close" },
  { name: "nothing, reset", wire: "", ending: "reset" },
  { name: "half a head, ended", wire: "HTTP/1.1 200 OK\r\nx: ", ending: "close" },
  { name: "half a head, reset", wire: "HTTP/1.1 200 OK\r\nx: ", ending: "reset" },
  { name: "an interim response, ended", wire: "HTTP/1.1 103 X\r\n\r\n", ending: "close" },
  { name: "a head, ended", wire: "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", ending: "close" },
  { name: "too short, ended", wire: "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", ending: "close" },
  { name: "too short, reset", wire: "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi", ending: "reset" },
  { name: "HTTP/1.0, too short, ended", wire: "HTTP/1.0 200 OK\r\ncontent-length: 9\r\n\r\nhi", ending: "close" },
  { name: "chunked, cut by an end", wire: `${CHUNKED}2\r\nhi\r\n`, ending: "close" },
  { name: "chunked, cut by a reset", wire: `${CHUNKED}2\r\nhi\r\n`, ending: "reset" },
  {
    name: "chunked, closing, cut by an end",
    wire: "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n",
    ending: "close",
  },
  {
    name: "chunked, closing, cut by a reset",
    wire: "HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n",
    ending: "reset",
  },
  { name: "until the end, reset", wire: "HTTP/1.1 200 OK\r\n\r\nhi", ending: "reset" },
  { name: "more than its length", wire: "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi there" },
  { name: "two replies for one", wire: "HTTP/1.1 204 X\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi" },
];

const ROWS: readonly Row[] = [
  ...GOOD_REPLIES.map(({ name, wire, closed }): Row => ({
    name,
    wire,
    ...(closed ? { ending: "close" as const } : {}),
  })),
  // Closed, since what undici lets pass may go on until the end.
  ...BAD_REPLIES.map(([name, wire]): Row => ({ name, wire, ending: "close" })),
  ...ENDS,
];

function scriptOf({ wire, ending }: Row): Script {
  return async (exchange) => {
    await exchange.sendPieces(wire === "" ? [] : [Buffer.from(wire, "latin1")]);
    if (ending === "close") exchange.close();
    else if (ending === "reset") exchange.reset();
  };
}

/** Where we differ, what is no reply is said to be none, and what was cut to have been cut. */
function ownFailureOf(name: string): string | undefined {
  if (BAD_REPLIES.some(([bad]) => bad === name)) return "protocol";
  return ENDS.some((row) => row.name === name) ? "truncated" : undefined;
}

async function outcomeOf(call: Call, host: string): Promise<Outcome> {
  let head: Pick<Outcome, "status" | "headers"> = {};
  let body = "";
  try {
    const reply = await call.reply;
    head = { status: reply.status, headers: Object.entries(reply.headers) };
    for await (const bytes of reply.body) body += Buffer.from(bytes).toString("latin1");
    return { ...head, body };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ...head, body, failure: `${error.kind}: ${error.message.replaceAll(host, "HOST")}` };
  }
}

describe("our own connections and undici make the same of", () => {
  let upstream: ScriptedUpstream;
  let callers: Record<"own" | "undici", Caller>;

  beforeEach(() => {
    callers = {
      own: new Http1Caller({ clock: systemClock, idleClock: systemClock }),
      undici: new UndiciCaller({ clock: systemClock }),
    };
  });
  afterEach(async () => {
    await Promise.all([callers.own.close(), callers.undici.close()]);
    await upstream.close();
  });

  async function ask(caller: Caller): Promise<Outcome> {
    const { url } = upstream;
    const call = caller.call({ method: "POST", url, headers: {}, body: "{}", timeouts: TIMEOUTS });
    return outcomeOf(call, new URL(url).host);
  }

  test.each(ROWS)("$name", async (row) => {
    upstream = await createScriptedUpstream(scriptOf(row));
    const [own, undici] = [await ask(callers.own), await ask(callers.undici)];
    if (DIFFERENCES[row.name] === undefined) return expect(own).toEqual(undici);
    expect(own).not.toEqual(undici);
    expect(own.failure?.split(":")[0]).toBe(ownFailureOf(row.name));
  });

  test("every difference is of a row", async () => {
    upstream = await createScriptedUpstream(() => undefined);
    const names = new Set(ROWS.map(({ name }) => name));
    expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
  });
});
