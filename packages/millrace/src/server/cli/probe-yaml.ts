import { stringify } from "yaml";
import { readable } from "../../wire/failure/readable.ts";
import { profileOf } from "../../providers/profiles/catalog.ts";
import type { ProbeReport } from "../../providers/probe/finding.ts";
import { misfitsOf } from "./probe-report.ts";

/**
 * A configuration that reaches the server, with what cannot be configured as comments.
 *
 * @param keyVariable the environment variable that holds the key; the key itself is never written
 */
export function providerYaml(report: ProbeReport, keyVariable: string | undefined): string {
  const { identity, findings, auth } = report;
  const profile = profileOf(identity.profile);
  const streams = findings.find(({ name }) => name === "streaming")?.verdict !== "no";
  const provider = {
    profile: identity.profile,
    ...(profile?.id === "simulator" ? {} : { base_url: report.baseUrl }),
    ...(keyVariable === undefined ? {} : { api_key: `\${${keyVariable}}` }),
    ...(profile?.streamUpstream === true && !streams ? { stream_upstream: false } : {}),
  };
  const notes = [
    [identity.kind, identity.version].filter((part) => part !== undefined).join(" "),
    ...(auth.needed === "yes" && keyVariable === undefined ? ["It needs a key: add api_key: ${NAME}"] : []),
    ...misfitsOf(report),
  ];
  // A version comes from a peer: no line break may end the comment.
  const comments = notes.map((note) => `# ${readable(note)}\n`).join("");
  return `${comments}${stringify({ providers: { [nameOf(identity.profile)]: provider } })}`.trimEnd();
}

function nameOf(profile: string): string {
  return profile === "openai-compatible" ? "local" : profile;
}
