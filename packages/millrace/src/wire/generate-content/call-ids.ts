/** A call that waits for its result. */
interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * Gives calls and their results the ids that older clients leave out: a call's is made of its place, so that it is the
 * same in every turn, and a result without one belongs to the first call of its name that has none yet.
 */
export class CallIds {
  #turn = 0;
  #calls = 0;
  #open: OpenCall[] = [];

  /** The next turn begins. */
  turn(index: number): void {
    this.#turn = index;
    this.#calls = 0;
  }

  /** The id of a call. */
  called(name: string, given: string | undefined): string {
    const id = given ?? `call_${this.#turn}_${this.#calls}`;
    this.#calls += 1;
    this.#open.push({ id, name });
    return id;
  }

  /** The call that a result is of; nothing where no such call waits. */
  answered(name: string, given: string | undefined): OpenCall | undefined {
    const byId = given === undefined ? -1 : this.#open.findIndex(({ id }) => id === given);
    const at = byId === -1 ? this.#open.findIndex((call) => call.name === name) : byId;
    return at === -1 ? undefined : this.#open.splice(at, 1)[0];
  }

  /** An id for a result that is of no call. */
  orphan(): string {
    const id = `call_${this.#turn}_${this.#calls}`;
    this.#calls += 1;
    return id;
  }

  /** The calls that wait for their results. */
  get waiting(): readonly OpenCall[] {
    return this.#open;
  }
}
