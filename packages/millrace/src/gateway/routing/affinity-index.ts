import { SharedNames } from "./shared-names.ts";
import { textHash } from "./text-hash.ts";

/** Which target holds which conversation, as routing may read it. */
export interface AffinityView {
  /** The `provider/model` that answered last. Asking changes nothing. */
  get(model: string, conversation: string): string | undefined;
}

const DEFAULT_BYTES_MAX = 8 * 1024 * 1024;
/** A key, the target's number, two neighbours in age, the next of its bucket: and at most one bucket. */
const SLOT_BYTES = 8 + 4 * 4;
const BUCKET_BYTES = 4;
const SLOTS_AT_FIRST = 256;
/** A bucket that somebody fills on purpose costs no more than this many looks. */
const CHAIN_MAX = 32;

/** Stands for no slot, and for both ends of the list by age. */
const NONE = 0;

/**
 * Who answered each conversation last. Those that were quiet longest are forgotten first, as soon as it would need
 * more memory than it may. Keys are kept as 53 bits of hash: two conversations that share them also share a target,
 * which costs a cache, never an answer.
 *
 * It lives in typed arrays, which hold what they say they hold; they double until the limit is reached.
 */
export class AffinityIndex implements AffinityView {
  readonly #slotsMax: number;
  readonly #nameBytesMax: number;
  readonly #names = new SharedNames();
  #keys: Float64Array;
  #targets: Uint32Array;
  #older: Uint32Array;
  #newer: Uint32Array;
  #next: Uint32Array;
  #buckets: Uint32Array;
  /** Slots from this one on were never used. */
  #unused = 1;
  #free = NONE;
  #size = 0;

  /** @param maxBytes seven eighths of them for conversations, the rest for the targets' names */
  constructor(maxBytes: number = DEFAULT_BYTES_MAX) {
    this.#nameBytesMax = Math.floor(maxBytes / 8);
    this.#slotsMax = Math.max(2, Math.floor((maxBytes - this.#nameBytesMax) / (SLOT_BYTES + BUCKET_BYTES)));
    const slots = Math.min(SLOTS_AT_FIRST, this.#slotsMax);
    this.#keys = new Float64Array(slots);
    this.#targets = new Uint32Array(slots);
    this.#older = new Uint32Array(slots);
    this.#newer = new Uint32Array(slots);
    this.#next = new Uint32Array(slots);
    this.#buckets = new Uint32Array(bucketsFor(slots));
  }

  /** How many conversations are known. */
  get size(): number {
    return this.#size;
  }

  /** The memory it holds. */
  get bytes(): number {
    return this.#keys.length * SLOT_BYTES + this.#buckets.length * BUCKET_BYTES + this.#names.bytes;
  }

  get(model: string, conversation: string): string | undefined {
    const slot = this.#find(keyOf(model, conversation));
    return slot === NONE ? undefined : this.#names.at(this.#targets[slot] ?? 0);
  }

  /** The target has the conversation now, and the conversation is the youngest. */
  set(model: string, conversation: string, target: string): void {
    const key = keyOf(model, conversation);
    const name = this.#names.take(target);
    let slot = this.#find(key);
    if (slot === NONE) {
      slot = this.#slotFor(key);
    } else {
      this.#names.letGo(this.#targets[slot] ?? 0);
      this.#leaveAge(slot);
    }
    this.#targets[slot] = name;
    this.#enterAge(slot);
    while (this.#names.bytes > this.#nameBytesMax && this.#size > 0) this.#remove(this.#oldest);
  }

  get #oldest(): number {
    return this.#newer[NONE] ?? NONE;
  }

  #find(key: number): number {
    let slot = this.#buckets[this.#bucketOf(key)] ?? NONE;
    while (slot !== NONE && this.#keys[slot] !== key) slot = this.#next[slot] ?? NONE;
    return slot;
  }

  #bucketOf(key: number): number {
    return (key >>> 0) & (this.#buckets.length - 1);
  }

  /** A slot for a key that has none yet, linked into its bucket. */
  #slotFor(key: number): number {
    this.#keepShort(this.#bucketOf(key));
    if (this.#free === NONE && this.#unused >= this.#keys.length && !this.#grow()) this.#remove(this.#oldest);
    let slot = this.#free;
    if (slot === NONE) {
      slot = this.#unused;
      this.#unused += 1;
    } else {
      this.#free = this.#next[slot] ?? NONE;
    }
    this.#keys[slot] = key;
    this.#link(slot, this.#bucketOf(key));
    this.#size += 1;
    return slot;
  }

  #link(slot: number, bucket: number): void {
    this.#next[slot] = this.#buckets[bucket] ?? NONE;
    this.#buckets[bucket] = slot;
  }

  /** The longest in a bucket leaves when there are too many: it stands last. */
  #keepShort(bucket: number): void {
    let length = 0;
    let last = NONE;
    for (let slot = this.#buckets[bucket] ?? NONE; slot !== NONE; slot = this.#next[slot] ?? NONE) {
      length += 1;
      last = slot;
    }
    if (length >= CHAIN_MAX) this.#remove(last);
  }

  #remove(slot: number): void {
    this.#names.letGo(this.#targets[slot] ?? 0);
    this.#leaveAge(slot);
    const bucket = this.#bucketOf(this.#keys[slot] ?? 0);
    const after = this.#next[slot] ?? NONE;
    let before = this.#buckets[bucket] ?? NONE;
    if (before === slot) {
      this.#buckets[bucket] = after;
    } else {
      while (this.#next[before] !== slot) before = this.#next[before] ?? NONE;
      this.#next[before] = after;
    }
    this.#next[slot] = this.#free;
    this.#free = slot;
    this.#size -= 1;
  }

  #leaveAge(slot: number): void {
    const older = this.#older[slot] ?? NONE;
    const newer = this.#newer[slot] ?? NONE;
    this.#newer[older] = newer;
    this.#older[newer] = older;
  }

  #enterAge(slot: number): void {
    const youngest = this.#older[NONE] ?? NONE;
    this.#older[slot] = youngest;
    this.#newer[slot] = NONE;
    this.#newer[youngest] = slot;
    this.#older[NONE] = slot;
  }

  #grow(): boolean {
    const slots = Math.min(this.#keys.length * 2, this.#slotsMax);
    if (slots === this.#keys.length) return false;
    const keys = new Float64Array(slots);
    keys.set(this.#keys);
    this.#keys = keys;
    this.#targets = longer(this.#targets, slots);
    this.#older = longer(this.#older, slots);
    this.#newer = longer(this.#newer, slots);
    this.#next = longer(this.#next, slots);
    this.#buckets = new Uint32Array(bucketsFor(slots));
    // From the oldest on, so that the youngest stand first in their buckets.
    for (let slot = this.#oldest; slot !== NONE; slot = this.#newer[slot] ?? NONE) {
      this.#link(slot, this.#bucketOf(this.#keys[slot] ?? 0));
    }
    return true;
  }
}

function keyOf(model: string, conversation: string): number {
  return textHash(conversation, textHash(model));
}

/** The greatest power of two that is not more than this: one or two slots for each bucket. */
function bucketsFor(slots: number): number {
  return 2 ** Math.floor(Math.log2(slots));
}

function longer(numbers: Uint32Array, length: number): Uint32Array {
  const copy = new Uint32Array(length);
  copy.set(numbers);
  return copy;
}
