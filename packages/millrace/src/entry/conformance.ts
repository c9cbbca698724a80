export { FakeClock } from "../conformance/fake-clock.ts";
export {
  parseHttpTranscript,
  type RecordedExchange,
  TranscriptError,
} from "../conformance/recordings/http-transcript.ts";
export type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
export type { ReceivedRequest } from "../conformance/scripted-upstream/received-request.ts";
export {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../conformance/scripted-upstream/scripted-upstream.ts";
