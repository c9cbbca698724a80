/** What the name of a model says of it. */
export interface NamedModel {
  readonly family: string;
  /** Such as `8B`, or `""`. */
  readonly parameterSize: string;
  /** How many weights that is. */
  readonly parameters: number | undefined;
  /** Such as `Q4_K_M`, or `""`. */
  readonly quantization: string;
}

const FAMILY = /^[a-z]+(?:\d+(?:\.\d+)?(?![\d.]*[a-z]))?/;
const SIZE = /(?:^|[-_:])(\d+(?:\.\d+)?)b(?![a-z0-9])/;
const QUANTIZATION = /(?:^|[-_:.])((?:i?q\d|bf16|f16|fp16|f32|fp8|int8|int4|mxfp4|nvfp4)[a-z0-9_]*)/;

/** Reads a name such as `ollama/qwen3-8b:q4_K_M`. */
export function readModelName(name: string): NamedModel {
  const own = name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  const size = SIZE.exec(own)?.[1];
  return {
    family: FAMILY.exec(own)?.[0] ?? "unknown",
    parameterSize: size === undefined ? "" : `${size}B`,
    parameters: size === undefined ? undefined : Math.round(Number(size) * 1e9),
    quantization: QUANTIZATION.exec(own)?.[1]?.toUpperCase() ?? "",
  };
}

const LATEST = ":latest";

/** A name as clients of this dialect write it, without the tag that it has where it has none. */
export function withoutLatest(name: string): string {
  return name.endsWith(LATEST) ? name.slice(0, -LATEST.length) : name;
}
