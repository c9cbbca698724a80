/** How the models of one family think. */
export type ThinkingRule =
  | { readonly prefix: string; readonly by: "level"; readonly levels: readonly string[] }
  | {
      readonly prefix: string;
      readonly by: "budget";
      readonly lowest: number;
      readonly highest: number;
      /** Whether 0, no thinking at all, is taken. */
      readonly canBeOff: boolean;
    }
  | { readonly prefix: string; readonly by: "nothing" };

const ALL_LEVELS = ["minimal", "low", "medium", "high"];
/** https://ai.google.dev/gemini-api/docs/generate-content/thinking#thinking-levels */
const LITTLE_OR_MUCH = ["minimal", "high"];

/**
 * What Google's models take, at Google and on Vertex. A Gemini model that is newer than this table takes what all
 * since 3.7 do.
 */
export const GOOGLE_THINKING: readonly ThinkingRule[] = [
  { prefix: "gemini-4-hydrogen", by: "level", levels: ["low", "medium", "high", "xhigh"] },
  { prefix: "gemini-3.6-flash", by: "level", levels: ALL_LEVELS },
  { prefix: "gemini-3.5-flash", by: "level", levels: ALL_LEVELS },
  { prefix: "gemini-3.1-flash-image", by: "level", levels: LITTLE_OR_MUCH },
  { prefix: "gemini-3.1-flash-lite-image", by: "level", levels: LITTLE_OR_MUCH },
  { prefix: "gemini-3.1-flash", by: "level", levels: ALL_LEVELS },
  { prefix: "gemini-3-flash", by: "level", levels: ALL_LEVELS },
  { prefix: "gemini-3-pro-image", by: "budget", lowest: 128, highest: 32_768, canBeOff: false },
  { prefix: "gemini-3-pro", by: "level", levels: ["low", "high"] },
  { prefix: "gemini-flash-lite-latest", by: "level", levels: ALL_LEVELS },
  { prefix: "gemini-2.5-flash-image", by: "nothing" },
  { prefix: "gemini-2.5-pro", by: "budget", lowest: 128, highest: 32_768, canBeOff: false },
  { prefix: "gemini-2.5-flash-lite", by: "budget", lowest: 512, highest: 24_576, canBeOff: true },
  { prefix: "gemini-2.5", by: "budget", lowest: 1, highest: 24_576, canBeOff: true },
  { prefix: "gemini-robotics-er-1.5", by: "budget", lowest: 1, highest: 24_576, canBeOff: true },
  { prefix: "gemini-2.", by: "nothing" },
  { prefix: "gemini-1.", by: "nothing" },
  { prefix: "gemini-", by: "level", levels: ["low", "medium", "high"] },
  { prefix: "gemma-4", by: "level", levels: LITTLE_OR_MUCH },
  { prefix: "", by: "nothing" },
];
