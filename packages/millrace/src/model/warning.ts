/**
 * Something odd that did not make the answer wrong.
 *
 * - `empty`: a proper end with no text, no tool call and no refusal.
 * - `no-tool-calls`: the server said tools were called, but none arrived.
 * - `unknown-tool`: a call to a tool that the request did not offer.
 * - `parallel-calls`: several calls although parallel calls were switched off.
 * - `model-mismatch`: another model answered than was asked for.
 * - `unclosed-reasoning`: a reasoning tag was opened and never closed.
 * - `only-reasoning`: everything the model said is in its reasoning.
 * - `skipped-chunk`: an unreadable chunk was left out, as asked.
 * - `trailing-bytes`: bytes followed the end of the reply.
 * - `double-encoded-arguments`: tool arguments are a JSON string that holds JSON.
 * - `parameter-dropped`: the target refused an optional parameter, so it was sent without.
 * - `vector-width`: vectors are of another width than this model gave before.
 * - `insecure-key`: a key is sent over plain http to a host that is not private.
 */
export interface Warning {
  readonly code:
    | "empty"
    | "no-tool-calls"
    | "unknown-tool"
    | "parallel-calls"
    | "model-mismatch"
    | "unclosed-reasoning"
    | "only-reasoning"
    | "skipped-chunk"
    | "trailing-bytes"
    | "double-encoded-arguments"
    | "parameter-dropped"
    | "vector-width"
    | "insecure-key";
  readonly message: string;
}
