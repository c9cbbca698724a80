import type { JsonObject } from "../../model/json.ts";
import type { ModelInfo } from "../../model/model-info.ts";
import { arrayOf } from "../../wire/json/read.ts";
import { HOPS_MAX, isMark } from "../../wire/via/marks.ts";
import type { CatalogView } from "../catalog.ts";

/** In a list for another gateway: the gateways that each model was listed by, the latest last. */
const VIA_FIELD = "millrace_via";

/**
 * What another gateway is told: not the models that we know from itself. Else two gateways that list each other's
 * would list them once more, under longer names, each time they ask.
 *
 * @param marks of the gateways that the question came through
 */
export function listedFor(view: CatalogView, marks: readonly string[]): CatalogView {
  const isNew = ({ raw }: ModelInfo): boolean => {
    const via = viaOf(raw);
    return via.length < HOPS_MAX && !via.some((mark) => marks.includes(mark));
  };
  const listings = view.listings.map((listing) => ({ ...listing, models: listing.models.filter(isNew) }));
  return { listings, owners: (model) => view.owners(model) };
}

/** What an entry says of the way it came, with this gateway as its end. */
export function viaNote(ownMark: string, raw: JsonObject = {}): JsonObject {
  return { [VIA_FIELD]: [...viaOf(raw), ownMark] };
}

function viaOf(raw: JsonObject): readonly string[] {
  return arrayOf(raw[VIA_FIELD]).flatMap((mark) => (typeof mark === "string" && isMark(mark) ? [mark] : []));
}
