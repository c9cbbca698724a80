/** `millrace/ai-sdk/v3`: models for the AI SDK, specification v3 (`ai` 6). */
export { embeddingModel, languageModel } from "../client/ai-sdk/v3.ts";
