/** One reply as it stands on the wire, and what it must be taken for. */
export interface GoodReply {
  readonly name: string;
  readonly wire: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keepsConnection: boolean;
  /** The end of the connection is the end of the body. */
  readonly closed?: boolean;
}

export const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const TWO = "content-length: 2\r\n";

export const GOOD_REPLIES: readonly GoodReply[] = [
  good("a length", `HTTP/1.1 200 OK\r\n${TWO}\r\nhi`, { headers: { "content-length": "2" } }),
  good("no body at all", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", { body: "" }),
  good("no reason phrase", `HTTP/1.1 200\r\n${TWO}\r\nhi`),
  good("an empty reason phrase", `HTTP/1.1 200 \r\n${TWO}\r\nhi`),
  good("an odd status", `HTTP/1.1 999 What\r\n${TWO}\r\nhi`, { status: 999 }),
  good("blank lines in front", `\r\n\r\nHTTP/1.1 200 OK\r\n${TWO}\r\nhi`),
  good("spaces around a length", "HTTP/1.1 200 OK\r\ncontent-length: \t2  \r\n\r\nhi"),
  good("bytes above ASCII in a header", `HTTP/1.1 200 OK\r\nx: \xe9\r\n${TWO}\r\nhi`, {
    headers: { x: "\xe9", "content-length": "2" },
  }),
  good("an empty header, and names in capitals", `HTTP/1.1 200 OK\r\nX-Empty:\r\nX-ID:a:b\r\n${TWO}\r\nhi`, {
    headers: { "x-empty": "", "x-id": "a:b", "content-length": "2" },
  }),
  good("repeated headers", `HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\n${TWO}\r\nhi`, {
    headers: { "set-cookie": "a, b", "content-length": "2" },
  }),
  good("names that objects have already", `HTTP/1.1 200 OK\r\n__proto__: 1\r\nconstructor: 2\r\n${TWO}\r\nhi`, {
    headers: JSON.parse('{"__proto__":"1","constructor":"2","content-length":"2"}') as Record<string, string>,
  }),
  good("chunks", `${CHUNKED}2\r\nhi\r\n3\r\n yo\r\n0\r\n\r\n`, { body: "hi yo" }),
  good("a chunk with line ends in it", `${CHUNKED}4\r\n\r\n\r\n\r\n0\r\n\r\n`, { body: "\r\n\r\n" }),
  good("chunks with extensions", `${CHUNKED}2;a=b;c\r\nhi\r\n0;d\r\n\r\n`),
  good("chunks with zeros and capitals", `${CHUNKED}00A\r\n0123456789\r\n000\r\n\r\n`, { body: "0123456789" }),
  good("chunks with trailers, which nobody is told of", `${CHUNKED}2\r\nhi\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\n`, {
    headers: { "transfer-encoding": "chunked" },
  }),
  good("the coding in capitals", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
  good(
    "interim responses first",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 X\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\n${TWO}\r\nhi`,
  ),
  good("connection: close", `HTTP/1.1 200 OK\r\nconnection: Close\r\n${TWO}\r\nhi`, { keepsConnection: false }),
  good("close among other options", `HTTP/1.1 200 OK\r\nconnection: keep-alive, close\r\n${TWO}\r\nhi`, {
    keepsConnection: false,
  }),
  good("HTTP/1.0", `HTTP/1.0 200 OK\r\n${TWO}\r\nhi`, { keepsConnection: false }),
  good("HTTP/1.0 that keeps the connection", `HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n${TWO}\r\nhi`),
  good("the end of the connection", "HTTP/1.1 200 OK\r\n\r\nhi", { keepsConnection: false, closed: true }),
  good("the end of the connection, and nothing before it", "HTTP/1.0 200 OK\r\n\r\n", {
    body: "",
    keepsConnection: false,
    closed: true,
  }),
  good("204", "HTTP/1.1 204 No Content\r\n\r\n", { status: 204, body: "" }),
  good("304 that says how long it would be", "HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n", {
    status: 304,
    body: "",
    keepsConnection: false,
  }),
];

/** What must not be taken for a reply: what each is, and its bytes. */
export const BAD_REPLIES: readonly (readonly [name: string, wire: string])[] = [
  ["another protocol", "SSH-2.0-OpenSSH_9.2\r\n"],
  ["another protocol, without a line end", "SSH-2.0"],
  ["HTTP/2", `HTTP/2.0 200 OK\r\n${TWO}\r\nhi`],
  ["HTTP/1.2", `HTTP/1.2 200 OK\r\n${TWO}\r\nhi`],
  ["HTTP/0.9", "<html>hello</html>"],
  ["a status of two digits", `HTTP/1.1 20 OK\r\n${TWO}\r\nhi`],
  ["a status under 100", `HTTP/1.1 099 OK\r\n${TWO}\r\nhi`],
  ["a status grown together", `HTTP/1.1 200OK\r\n${TWO}\r\nhi`],
  ["two spaces before the status", `HTTP/1.1  200 OK\r\n${TWO}\r\nhi`],
  ["a control character in the reason", `HTTP/1.1 200 O\x01K\r\n${TWO}\r\nhi`],
  ["line feeds alone", "HTTP/1.1 200 OK\ncontent-length: 2\n\nhi"],
  ["a line feed alone behind a header", "HTTP/1.1 200 OK\r\ncontent-length: 2\n\r\nhi"],
  ["a line feed alone as the blank line", `HTTP/1.1 200 OK\r\n${TWO}\nhi`],
  ["a line feed in front", `\nHTTP/1.1 200 OK\r\n${TWO}\r\nhi`],
  ["a folded header", `HTTP/1.1 200 OK\r\nx: a\r\n b\r\n${TWO}\r\nhi`],
  ["a space before the colon", `HTTP/1.1 200 OK\r\nx : a\r\n${TWO}\r\nhi`],
  ["a header without a name", `HTTP/1.1 200 OK\r\n: a\r\n${TWO}\r\nhi`],
  ["a header without a colon", `HTTP/1.1 200 OK\r\nx\r\n${TWO}\r\nhi`],
  ["a control character in a header", `HTTP/1.1 200 OK\r\nx: a\x01\r\n${TWO}\r\nhi`],
  ["a NUL in a header", `HTTP/1.1 200 OK\r\nx: a\0\r\n${TWO}\r\nhi`],
  ["a DEL in a header", `HTTP/1.1 200 OK\r\nx: a\x7f\r\n${TWO}\r\nhi`],
  ["a carriage return in a header", `HTTP/1.1 200 OK\r\nx: a\rb\r\n${TWO}\r\nhi`],
  ["a carriage return too many", `HTTP/1.1 200 OK\r\nx: a\r\r\n${TWO}\r\nhi`],
  ["one length twice", `HTTP/1.1 200 OK\r\n${TWO}${TWO}\r\nhi`],
  ["two lengths", `HTTP/1.1 200 OK\r\n${TWO}content-length: 3\r\n\r\nhi`],
  ["two lengths in one", "HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\n\r\nhi"],
  ["a length with a sign", "HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nhi"],
  ["a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nhi"],
  ["a length in hexadecimal", "HTTP/1.1 200 OK\r\ncontent-length: 0x2\r\n\r\nhi"],
  ["an empty length", "HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\nhi"],
  ["a length over 2^53", "HTTP/1.1 200 OK\r\ncontent-length: 9007199254740993\r\n\r\nhi"],
  ["a length and a coding", `HTTP/1.1 200 OK\r\n${TWO}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`],
  ["another coding", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nhi"],
  ["another coding under the chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
  ["a coding twice", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["an empty coding", "HTTP/1.1 200 OK\r\ntransfer-encoding:\r\n\r\nhi"],
  ["an upgrade nobody asked for", "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"],
  ["a chunk without a size", `${CHUNKED}\r\nhi`],
  ["a chunk size that is none", `${CHUNKED}zz\r\nhi`],
  ["a negative chunk size", `${CHUNKED}-2\r\nhi`],
  ["a space behind a chunk size", `${CHUNKED}2 \r\nhi\r\n0\r\n\r\n`],
  ["a chunk size over 2^53", `${CHUNKED}20000000000001\r\nhi`],
  ["a chunk size of 17 digits", `${CHUNKED}00000000000000002\r\nhi\r\n0\r\n\r\n`],
  ["a line feed alone behind a chunk size", `${CHUNKED}2\nhi\r\n0\r\n\r\n`],
  ["a line feed alone behind a chunk", `${CHUNKED}2\r\nhi\n0\r\n\r\n`],
  ["a chunk that is longer than its size", `${CHUNKED}2\r\nhix\r\n0\r\n\r\n`],
  ["a control character in a chunk extension", `${CHUNKED}2;a\x01\r\nhi\r\n0\r\n\r\n`],
  ["a chunk extension without end", `${CHUNKED}2;${"a".repeat(5000)}\r\nhi\r\n0\r\n\r\n`],
  ["a trailer that is none", `${CHUNKED}2\r\nhi\r\n0\r\nx y\r\n\r\n`],
];

function good(name: string, wire: string, more: Partial<GoodReply> = {}): GoodReply {
  return { name, wire, status: 200, body: "hi", keepsConnection: true, ...more };
}
