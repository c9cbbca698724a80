import type { JsonObject, JsonValue } from "../../../model/json.ts";
import { decodeEmbeddings } from "../../../wire/embeddings/response.ts";
import { arrayOf, objectOf } from "../../../wire/json/read.ts";
import { judged, type Judgement } from "../finding.ts";
import type { Probe } from "../probe.ts";
import type { Question, Reply } from "../question.ts";
import { notTaken, standingOf } from "../standing.ts";
import { UNASKED } from "./chat.ts";

/** Fewer than any model has. */
const FEWER_NUMBERS = 8;

const ASKED: readonly JsonObject[] = [
  { encoding_format: "float" },
  { encoding_format: "base64" },
  { encoding_format: "float", dimensions: FEWER_NUMBERS },
];

/** Whether it makes vectors, in which form, and how wide. */
export const embeddings: Probe = {
  name: "embeddings",
  ask: ({ embeddingsModel }, replies) => {
    const [first] = replies;
    const options = ASKED[replies.length];
    if (options === undefined || (first !== undefined && widthOf(first) === undefined)) return undefined;
    return question({ model: embeddingsModel, input: "hi", ...options });
  },
  judge: ({ embeddingsModel }, replies) => judge(embeddingsModel, replies),
};

function question(body: JsonObject): Question {
  return { method: "POST", path: "/embeddings", from: "base", body };
}

function judge(model: string, [plain, packed, narrow]: readonly Reply[]): Judgement {
  if (plain === undefined) return UNASKED;
  const standing = standingOf(plain);
  if (standing.kind !== "taken") return notTaken(standing);
  const width = widthOf(plain);
  if (width === undefined) return judged("no", "the reply holds no vector", { model });
  const base64 = packed === undefined ? "unknown" : honoured(packed, (reply) => typeof vectorIn(reply) === "string");
  const dimensions = narrow === undefined ? "unknown" : honoured(narrow, (reply) => widthOf(reply) === FEWER_NUMBERS);
  const summary = `${width} numbers by ${model}; base64 ${base64}, dimensions ${dimensions}`;
  return judged("yes", summary, { model, width, base64, dimensions }, [
    base64 === "ignored" && {
      what: 'encoding_format "base64" is ignored and floats come',
      means: "clients that decode without looking get vectors of the wrong width",
    },
    base64 === "refused" && {
      what: 'encoding_format "base64" is refused',
      means: "clients that ask for it by default fail",
    },
    dimensions === "ignored" && { what: "dimensions is ignored", means: "vectors are wider than a store may expect" },
  ]);
}

type Honoured = "honoured" | "ignored" | "refused" | "unknown";

function honoured(reply: Reply, isSo: (reply: Reply) => boolean): Honoured {
  const standing = standingOf(reply);
  if (standing.kind === "taken") return isSo(reply) ? "honoured" : "ignored";
  return standing.kind === "refused" ? "refused" : "unknown";
}

function vectorIn({ json }: Reply): JsonValue | undefined {
  return objectOf(arrayOf(objectOf(json)?.["data"])[0])?.["embedding"];
}

function widthOf({ json, status = 0 }: Reply): number | undefined {
  if (json === undefined || status < 200 || status >= 300) return undefined;
  const decoded = decodeEmbeddings(json, { requestedModel: "", inputs: 1, wallNowMs: () => 0 });
  return "vectors" in decoded ? decoded.vectors[0]?.length : undefined;
}
