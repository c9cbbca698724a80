export { FakeClock } from "../conformance/fake-clock.ts";
export type { HostileUpstream } from "../conformance/hostile/hostile-upstream.ts";
export { HOSTILE_UPSTREAMS } from "../conformance/hostile/hostile-upstreams.ts";
export { parseHttpReply } from "../conformance/recordings/http-reply.ts";
export {
  parseHttpTranscript,
  type RecordedExchange,
  TranscriptError,
} from "../conformance/recordings/http-transcript.ts";
export { parseJsonLines } from "../conformance/recordings/json-lines.ts";
export type { RecordedReply } from "../conformance/recordings/recorded-reply.ts";
export { RecordingError } from "../conformance/recordings/recording-error.ts";
export { type Replay, type ReplayForm, replaysOf } from "../conformance/recordings/replay.ts";
export type { UpstreamExchange } from "../conformance/scripted-upstream/exchange.ts";
export type { ReceivedRequest } from "../conformance/scripted-upstream/received-request.ts";
export {
  createScriptedUpstream,
  type Script,
  type ScriptedUpstream,
} from "../conformance/scripted-upstream/scripted-upstream.ts";
