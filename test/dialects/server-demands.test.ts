import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oddRequest } from "./any-odd-request.ts";
import { SERVERS } from "./dialects.ts";
import { DEMANDS } from "./server-demands.ts";

describe.each(SERVERS.filter(({ name }) => name in DEMANDS))("what is sent to $name", ({ name, codec, model }) => {
  test("is what the server takes, however odd the question", () => {
    fc.assert(
      fc.property(oddRequest, (request) => {
        const { body, refusal } = codec.encodeRequest({ ...request, model }, { model, stream: true, translated: true });
        if (refusal === undefined) expect(DEMANDS[name]?.(body)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
