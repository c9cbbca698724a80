import type { JsonValue } from "../../model/json.ts";
import type { Profile } from "../profiles/profile.ts";
import type { ProbeReport } from "./finding.ts";

/** What a profile takes for granted, and the finding that contradicts it. */
interface Expectation {
  readonly expects: (profile: Profile) => boolean;
  readonly finding: string;
  readonly fact: string;
  readonly contradicted: readonly JsonValue[];
  readonly words: string;
}

const EXPECTATIONS: readonly Expectation[] = [
  {
    expects: ({ chat }) => chat.request.tokenLimitField !== "max_tokens",
    finding: "max_completion_tokens",
    fact: "max_completion_tokens",
    contradicted: ["ignored", "refused"],
    words: "limits may be sent as max_completion_tokens, which this server does not heed",
  },
  {
    expects: ({ chat }) => chat.request.tokenLimitField === "max_tokens",
    finding: "chat",
    fact: "max_tokens",
    contradicted: ["ignored", "refused"],
    words: "limits are sent as max_tokens, which this server does not heed",
  },
  {
    expects: ({ chat }) => chat.request.developerRole === "keep",
    finding: "developer role",
    fact: "developer_role",
    contradicted: ["refused"],
    words: "the developer role is kept, which this server refuses",
  },
  {
    expects: ({ chat }) => chat.request.streamUsageOption,
    finding: "usage in streams",
    fact: "stream_options",
    contradicted: ["refused"],
    words: "stream_options is sent, which this server refuses (millrace learns that from the first refusal)",
  },
  {
    expects: ({ embeddings }) => embeddings.encodingFormat === "base64",
    finding: "embeddings",
    fact: "base64",
    contradicted: ["refused"],
    words: "vectors are asked for as base64, which this server refuses",
  },
  {
    expects: ({ streams }) => streams === "pass",
    finding: "streaming",
    fact: "done",
    contradicted: [false],
    words: "streams are passed on as they are, and this server's end without [DONE]",
  },
];

/** Where the server is not as its profile says, in words. */
export function misfits(
  profile: Profile,
  { findings, forms }: Pick<ProbeReport, "findings" | "forms">,
): readonly string[] {
  const contradicted = EXPECTATIONS.filter(({ expects, finding, fact, contradicted: values }) => {
    const found = findings.find(({ name }) => name === finding)?.facts[fact];
    return expects(profile) && found !== undefined && values.includes(found);
  });
  const appends = profile.versionSegment !== "" && !forms.withVersion && forms.withoutVersion;
  return [
    ...(appends ? [`${profile.versionSegment} is appended to the base URL, and this server has no routes there`] : []),
    ...contradicted.map(({ words }) => words),
  ];
}
