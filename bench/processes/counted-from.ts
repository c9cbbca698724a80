/** When a request at a fixed rate was due, when its connection was free for it, and when it was sent. */
export interface Sending {
  readonly due: number;
  readonly freeAt: number;
  readonly sentAt: number;
}

/**
 * The moment from which a request's time counts. Where the answer before it was late, that is the moment it was due:
 * a server that stalls is charged for everybody who waited (no coordinated omission). Where the connection was free,
 * only the driver's own timer was late, and that is not the server's doing.
 */
export function countedFrom({ due, freeAt, sentAt }: Sending): number {
  return freeAt > due ? due : sentAt;
}
