import type { JsonObject, JsonValue } from "../../packages/millrace/src/model/json.ts";
import type { InferenceRequest } from "../../packages/millrace/src/model/request.ts";

/** Something that a request can say. */
export interface RequestFeature {
  readonly name: string;
  /** How it is said in the model's vocabulary, beside the question. */
  readonly ask?: Partial<InferenceRequest>;
  /** What has to stand beside it, and says nothing of it. */
  readonly beside?: Partial<InferenceRequest>;
  /** Fields of the body that say it, by dialect: where that dialect's own way is not what the model's vocabulary makes of it. */
  readonly bodies?: Readonly<Record<string, JsonObject>>;
  /** An earlier answer with this opaque block of reasoning, of the server's own or not; nothing where there is none. */
  readonly reasoned?: (server: string) => JsonObject | undefined;
  /** The servers to which saying nothing says the same. */
  readonly unsaid?: readonly string[];
  /** What of it is in a request; nothing where it is not there. */
  readonly said: (request: InferenceRequest) => JsonValue | undefined;
}
