/** `millrace/ai-sdk`: models for the AI SDK, specification v4 (`ai` 7). */
export { embeddingModel, languageModel } from "../client/ai-sdk/v4.ts";
