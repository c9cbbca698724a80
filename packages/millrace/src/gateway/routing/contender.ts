import type { GatewayProvider } from "../../providers/provider.ts";
import type { TargetCondition, TargetView } from "../fleet/view.ts";
import type { RouteTarget } from "../plan.ts";
import type { Candidate } from "./question.ts";

/** What is the same for all equals of one group. */
export interface Group {
  /** Why they stand for the name, where no route says so: `named by the request`. */
  readonly origin: string | undefined;
  readonly model: string;
  /** How many targets the name has, in all groups. */
  readonly targets: number;
  /** What the strategy saw in one of them, for people; absent where there was nothing to choose. */
  readonly measure: ((contender: Contender) => string) | undefined;
}

/** Among equals, those of a lower rank go first under every strategy. */
export const RANKS = [0, 1, 2, 3, 4] as const;

const RANK_OF: Record<TargetCondition, (typeof RANKS)[number]> = {
  ready: 0,
  unknown: 0,
  failing: 1,
  full: 2,
  loading: 3,
  down: 4,
};

/** A target that may answer, while its place among the others is found. Its reason is only written when somebody asks. */
export class Contender implements Candidate {
  readonly provider: GatewayProvider;
  readonly model: string;
  readonly weight: number;
  readonly view: TargetView;
  /** Which of the name's targets it is, in the order of the configuration, from 1. */
  readonly place: number;
  /** Decides between equals, drawn by chance: a whole number below 2 ** 31, the largest that the engine keeps in place. */
  readonly lot: number;
  /** What the strategy compares, lower being better; a number from the start, since that is read fastest. */
  cost: number = NaN;
  /** What else speaks for its place. */
  note: string | undefined = undefined;
  patienceMs: number | undefined = undefined;
  /** The request asked for it to go first. */
  isWanted: boolean = false;
  readonly #group: Group;

  constructor(target: RouteTarget, view: TargetView, place: number, lot: number, group: Group) {
    this.provider = target.provider;
    this.model = target.model;
    this.weight = target.weight;
    this.view = view;
    this.place = place;
    this.lot = lot;
    this.#group = group;
  }

  get score(): number | undefined {
    return Number.isNaN(this.cost) ? undefined : this.cost;
  }

  get rank(): (typeof RANKS)[number] {
    return RANK_OF[this.view.condition];
  }

  get reason(): string {
    const { origin, measure, model, targets } = this.#group;
    let text = origin ?? `${this.place} of ${targets} for ${model}`;
    if (measure !== undefined) text += `; ${measure(this)}`;
    if (this.rank > 0) text += `; ${this.view.condition}`;
    if (this.note !== undefined) text += `; ${this.note}`;
    return this.isWanted ? `${text}; asked for first` : text;
  }
}

/** More than this many are left to the engine's sort, whose time does not grow with the square. */
const INSERTED_MAX = 64;

/** Best first: by cost, and where that is the same, by lot. */
export function sortByCost(contenders: Contender[]): void {
  if (contenders.length > INSERTED_MAX) {
    contenders.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    return;
  }
  for (let next = 1; next < contenders.length; next += 1) {
    const contender = contenders[next];
    if (contender === undefined) continue;
    let at = next;
    for (; at > 0; at -= 1) {
      const before = contenders[at - 1];
      if (before === undefined || !isBefore(contender, before)) break;
      contenders[at] = before;
    }
    contenders[at] = contender;
  }
}

function isBefore(one: Contender, other: Contender): boolean {
  return one.cost < other.cost || (one.cost === other.cost && one.lot < other.lot);
}

/** Puts one of them before all others, which keep their order. */
export function moveToHead(contenders: Contender[], at: number): void {
  const head = contenders[at];
  if (head === undefined) return;
  for (let to = at; to > 0; to -= 1) {
    const before = contenders[to - 1];
    if (before !== undefined) contenders[to] = before;
  }
  contenders[0] = head;
}
