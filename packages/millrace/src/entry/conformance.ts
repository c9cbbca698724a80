export { SECTIONS, type Section } from "../conformance/cases/catalog.ts";
export {
  type Ask,
  type CaseSetup,
  caseName,
  type ConformanceCase,
  type Reply,
  type Step,
  type StreamCut,
} from "../conformance/cases/conformance-case.ts";
export type { Expectation, Observed } from "../conformance/cases/observed.ts";
export { FakeClock } from "../conformance/fake-clock.ts";
export type { Caller, LoadSpec } from "../conformance/fleet/conversations.ts";
export { EventClock } from "../conformance/fleet/event-clock.ts";
export type { FleetFigures, HerdFigures, KeyFigures, ServerFigures } from "../conformance/fleet/figures.ts";
export type {
  FleetRequest,
  FleetSubject,
  Holdings,
  OpenFleetSubject,
  Placement,
  SimulatedLoad,
  SubjectPorts,
  Walk,
} from "../conformance/fleet/fleet-subject.ts";
export { openHashing } from "../conformance/fleet/hashing.ts";
export { type FleetBounds, violations, worseThanHashing } from "../conformance/fleet/invariants.ts";
export { evenFleet, mixedFleet } from "../conformance/fleet/scenarios.ts";
export type { LoadedModel, ServerSpec, Trouble } from "../conformance/fleet/server-spec.ts";
export { type FleetScenario, type JournalEntry, simulate } from "../conformance/fleet/simulate.ts";
export type { WrittenRequest } from "../conformance/fleet/written-load.ts";
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
export { canonicalFlaws, type ReadEvent } from "../conformance/runners/canonical-stream.ts";
export { differences } from "../conformance/runners/differences.ts";
export { type GatewayRun, type ReadEvents, runThroughGateway } from "../conformance/runners/gateway-run.ts";
export { runThroughLibrary } from "../conformance/runners/library-run.ts";
export type { OpenGateway, OpenLibrary, SubjectOptions } from "../conformance/runners/subject.ts";
