/** Carries the marks of the gateways that a request has passed, the latest last. */
export const VIA_HEADER = "x-millrace-via";

/** More gateways in a row than this are a loop that nobody recognised. */
export const HOPS_MAX = 16;

/** A mark is a gateway's id: nothing that could end a header or a list early. */
const MARK = /^[\w.-]{1,64}$/;

/** Whether this can mark a request. */
export function isMark(text: string): boolean {
  return MARK.test(text);
}

/** The marks in a header's value. Whatever cannot be one is left out, and what is too much is not read. */
export function marksIn(value: string): readonly string[] {
  const room = (HOPS_MAX + 1) * 66;
  return value
    .slice(0, room)
    .split(",", HOPS_MAX + 1)
    .map((mark) => mark.trim())
    .filter(isMark);
}

/** The header's value with one more mark. */
export function markedWith(own: string, earlier: readonly string[]): string {
  return [...earlier, own].join(", ");
}
