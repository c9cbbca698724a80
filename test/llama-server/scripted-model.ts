import { CHAT_TEMPLATE, type Script, SCRIPTS } from "./scripts.ts";
import { encodeGguf, type Metadata, type Tensor } from "./gguf.ts";

/**
 * A llama-architecture model of 2 MB whose weights are set by hand, so that a real llama-server
 * says exactly what the prompt asks for (see `scripts.ts`).
 *
 * Residual dimensions: 0 is a constant, 1 flags a marker token, 2… is the one-hot script, the rest
 * is a random ±1 signature of the token. One attention head looks for the nearest marker (the query
 * reads the constant, the key reads the flag, in one slowly turning RoPE pair) and copies its script.
 * Every script is a chain of tokens that occur nowhere else; the output row of a token holds the
 * signature of the one before it. The first tokens of all scripts follow the generation prompt, and
 * the script dimension breaks the tie. Off any chain a constant preference closes strings and stops.
 */
export function scriptedModel(options: { readonly name: string; readonly contextLength: number }): Buffer {
  const vocabulary = buildVocabulary();
  const metadata = new Map<string, Metadata>([
    ["general.architecture", { type: "string", value: "llama" }],
    ["general.name", { type: "string", value: options.name }],
    ["general.file_type", { type: "u32", value: 0 }],
    ["llama.context_length", { type: "u32", value: options.contextLength }],
    ["llama.embedding_length", { type: "u32", value: WIDTH }],
    ["llama.block_count", { type: "u32", value: 1 }],
    ["llama.feed_forward_length", { type: "u32", value: FEED_FORWARD }],
    ["llama.attention.head_count", { type: "u32", value: HEADS }],
    ["llama.attention.head_count_kv", { type: "u32", value: 1 }],
    ["llama.attention.layer_norm_rms_epsilon", { type: "f32", value: 1e-5 }],
    ["llama.rope.dimension_count", { type: "u32", value: HEAD_WIDTH }],
    ["llama.rope.freq_base", { type: "f32", value: 10_000 }],
    ["llama.vocab_size", { type: "u32", value: vocabulary.tokens.length }],
    ["tokenizer.ggml.model", { type: "string", value: "gpt2" }],
    ["tokenizer.ggml.pre", { type: "string", value: "gpt-2" }],
    ["tokenizer.ggml.tokens", { type: "strings", value: vocabulary.tokens }],
    ["tokenizer.ggml.token_type", { type: "i32s", value: vocabulary.types }],
    ["tokenizer.ggml.merges", { type: "strings", value: MERGES.map(([a, b]) => `${a} ${b}`) }],
    ["tokenizer.ggml.bos_token_id", { type: "u32", value: vocabulary.id("<|endoftext|>") }],
    ["tokenizer.ggml.eos_token_id", { type: "u32", value: vocabulary.id("<|im_end|>") }],
    ["tokenizer.ggml.padding_token_id", { type: "u32", value: vocabulary.id("<|endoftext|>") }],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: false }],
    ["tokenizer.chat_template", { type: "string", value: CHAT_TEMPLATE }],
  ]);
  return encodeGguf(metadata, buildTensors(vocabulary));
}

const WIDTH = 256;
const FEED_FORWARD = 64;
const HEADS = 4;
const HEAD_WIDTH = 64;
const SCRIPT_DIMENSION = 2;
const SIGNATURE_DIMENSION = 34;
const SCRIPTS_AT_MOST = SIGNATURE_DIMENSION - SCRIPT_DIMENSION;
const SIGNATURE_WIDTH = WIDTH - SIGNATURE_DIMENSION;
/** A BPE vocabulary needs some. */
const MERGES: readonly (readonly [string, string])[] = [
  ["h", "e"],
  ["t", "h"],
  ["i", "n"],
];
const NORMAL = 1;
const CONTROL = 3;
const USER_DEFINED = 4;

interface Chain {
  readonly marker: number;
  readonly tokens: readonly number[];
  readonly loops: boolean;
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  readonly chains: readonly Chain[];
  id(token: string): number;
}

function buildVocabulary(): Vocabulary {
  const tokens: string[] = [];
  const types: number[] = [];
  const ids = new Map<string, number>();
  const add = (token: string, type = NORMAL): number => {
    if (ids.has(token)) throw new Error(`The token ${JSON.stringify(token)} is there twice`);
    ids.set(token, tokens.length);
    types.push(type);
    return tokens.push(token) - 1;
  };
  for (const letter of BYTE_LETTERS) add(letter);
  for (const [a, b] of MERGES) add(a + b);
  for (const special of ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]) add(special, CONTROL);

  const scripts = Object.entries(SCRIPTS);
  if (scripts.length > SCRIPTS_AT_MOST) throw new Error(`At most ${SCRIPTS_AT_MOST} scripts fit`);
  const markers = scripts.map(([name]) => add(`<|say:${name}|>`, USER_DEFINED));
  const chains = scripts.map(([, script], index) => ({
    marker: markers[index] ?? 0,
    tokens: pieces(script, ids).map((piece) => add(piece)),
    loops: typeof script === "object" && "loop" in script,
  }));
  const id = (token: string): number => {
    const found = ids.get(token);
    if (found === undefined) throw new Error(`No token ${JSON.stringify(token)}`);
    return found;
  };
  return { tokens, types, chains, id };
}

function pieces(script: Script, used: ReadonlyMap<string, number>): readonly string[] {
  if (typeof script === "string") return cut([...script], used);
  return ("loop" in script ? script.loop : script).map(spell);
}

/** Cuts a text into pieces of two or more characters that no script used before. */
function cut(characters: readonly string[], used: ReadonlyMap<string, number>): readonly string[] {
  const go = (from: number, mine: readonly string[]): readonly string[] | undefined => {
    if (from === characters.length) return mine;
    for (const length of [4, 5, 3, 6, 7, 2, 8, 9, 10, 11, 12, 13, 14]) {
      if (from + length > characters.length) continue;
      const piece = spell(Buffer.from(characters.slice(from, from + length).join(""), "utf8"));
      if (used.has(piece) || mine.includes(piece)) continue;
      const whole = go(from + length, [...mine, piece]);
      if (whole) return whole;
    }
    return undefined;
  };
  const found = go(0, []);
  if (!found) throw new Error(`Cannot cut ${JSON.stringify(characters.join(""))} into unused pieces`);
  return found;
}

/** GPT-2's printable stand-in for each of the 256 bytes. */
const BYTE_LETTERS: readonly string[] = (() => {
  const printable = (byte: number): boolean => (byte >= 33 && byte < 127) || (byte >= 161 && byte < 173) || byte >= 174;
  let spare = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : spare++));
})();

const spell = (raw: Buffer): string => [...raw].map((byte) => BYTE_LETTERS[byte]).join("");

class Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;

  constructor(rows: number, columns: number, fill = 0) {
    this.rows = rows;
    this.columns = columns;
    this.data = new Float32Array(rows * columns).fill(fill);
  }
  get(row: number, column: number): number {
    return this.data[row * this.columns + column] ?? 0;
  }
  set(row: number, column: number, value: number): void {
    this.data[row * this.columns + column] = value;
  }
  add(row: number, column: number, value: number): void {
    this.set(row, column, this.get(row, column) + value);
  }
  named(name: string): Tensor {
    return { name, rows: this.rows, columns: this.columns, data: this.data };
  }
}

function buildTensors(vocabulary: Vocabulary): readonly Tensor[] {
  const embedding = buildEmbedding(vocabulary);
  const query = new Matrix(HEADS * HEAD_WIDTH, WIDTH);
  const key = new Matrix(HEAD_WIDTH, WIDTH);
  const value = new Matrix(HEAD_WIDTH, WIDTH);
  const output = new Matrix(WIDTH, HEADS * HEAD_WIDTH);
  const slowRopePair = 40;
  query.set(slowRopePair, 0, 400);
  key.set(slowRopePair, 1, 100);
  for (let script = 0; script < SCRIPTS_AT_MOST; script++) {
    value.set(script, SCRIPT_DIMENSION + script, 1);
    output.set(SCRIPT_DIMENSION + script, script, 1);
  }
  const ones = new Matrix(1, WIDTH, 1);
  return [
    embedding.named("token_embd.weight"),
    ones.named("output_norm.weight"),
    buildOutput(vocabulary, embedding).named("output.weight"),
    ones.named("blk.0.attn_norm.weight"),
    query.named("blk.0.attn_q.weight"),
    key.named("blk.0.attn_k.weight"),
    value.named("blk.0.attn_v.weight"),
    output.named("blk.0.attn_output.weight"),
    ones.named("blk.0.ffn_norm.weight"),
    new Matrix(FEED_FORWARD, WIDTH).named("blk.0.ffn_gate.weight"),
    new Matrix(FEED_FORWARD, WIDTH).named("blk.0.ffn_up.weight"),
    new Matrix(WIDTH, FEED_FORWARD).named("blk.0.ffn_down.weight"),
  ];
}

function buildEmbedding(vocabulary: Vocabulary): Matrix {
  const embedding = new Matrix(vocabulary.tokens.length, WIDTH);
  const random = seeded(7);
  for (let token = 0; token < embedding.rows; token++) {
    embedding.set(token, 0, 1);
    for (let d = SIGNATURE_DIMENSION; d < WIDTH; d++) embedding.set(token, d, random() < 0.5 ? -1 : 1);
  }
  vocabulary.chains.forEach(({ marker }, script) => {
    embedding.set(marker, 1, 4);
    embedding.set(marker, SCRIPT_DIMENSION + script, 4);
  });
  return embedding;
}

function buildOutput(vocabulary: Vocabulary, embedding: Matrix): Matrix {
  const output = new Matrix(vocabulary.tokens.length, WIDTH);
  const follow = (previous: number, next: number): void => {
    for (let d = SIGNATURE_DIMENSION; d < WIDTH; d++) {
      output.add(next, d, (60 / SIGNATURE_WIDTH) * embedding.get(previous, d));
    }
  };
  const end = vocabulary.id("<|im_end|>");
  const lineFeed = vocabulary.id(spell(Buffer.from("\n")));
  vocabulary.chains.forEach(({ tokens, loops }, script) => {
    const first = tokens[0] ?? end;
    follow(lineFeed, first); // the generation prompt ends in a line feed
    output.add(first, SCRIPT_DIMENSION + script, 5);
    tokens.forEach((token, i) => follow(token, tokens[i + 1] ?? (loops ? first : end)));
  });
  output.add(vocabulary.chains[0]?.tokens[0] ?? end, 0, 4);
  for (const [token, preference] of Object.entries(OFF_CHAIN)) output.add(vocabulary.id(token), 0, preference / 2);
  return output;
}

/** What is said off every chain (raw completion, or a grammar that forced the text elsewhere). */
const OFF_CHAIN: Readonly<Record<string, number>> = {
  "<|im_end|>": 40,
  '"': 36,
  "}": 34,
  "]": 34,
  ":": 30,
  "{": 28,
  "1": 26,
  t: 24,
  x: 22,
};

/** mulberry32: small, fast, and the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
