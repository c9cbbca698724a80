import type { JsonObject, JsonValue } from "../../model/json.ts";
import { isArray, isObject, numberOf, objectsOf, stringOf } from "../../wire/json/read.ts";
import { metricSums } from "../../wire/prometheus/metric-sums.ts";
import type { JsonLoadRoute, MetricsLoadRoute } from "../profiles/profile.ts";
import type { ServerLoad } from "../provider.ts";
import { fieldAt } from "./field-paths.ts";

/** Fields that hold the id of a loaded model, most usual first. */
const ID_FIELDS = ["id", "model", "name"];

/** What a route said. */
export interface ToldLoad {
  readonly load: ServerLoad;
  readonly asleep: boolean;
}

/** What a document says; nothing where it is not of the route's form. */
export function loadInDocument(document: JsonValue, route: JsonLoadRoute): ToldLoad | undefined {
  const rows = rowsOf(document, route.rows);
  if (rows === undefined) return undefined;
  const asleep = route.asleep !== undefined && fieldAt(document, route.asleep) === true;
  return {
    asleep,
    load: {
      ...counts(route, (path) => countIn(rows, path)),
      ...(route.loaded === undefined ? {} : { loaded: loadedIn(rows, route.loaded) }),
      ...(asleep ? { running: 0, loaded: [] } : {}),
    },
  };
}

/** What a text in Prometheus' format says. */
export function loadInMetrics(text: string, route: MetricsLoadRoute): ToldLoad {
  const names = [route.slots, route.running, route.waiting].filter((name) => name !== undefined);
  const { partLabel } = route;
  const sums = metricSums(text, { names, ...(partLabel === undefined ? {} : { partLabel }) });
  return { asleep: false, load: counts(route, (name) => sums.get(name)) };
}

function rowsOf(document: JsonValue, path: string | undefined): readonly JsonObject[] | undefined {
  if (path === undefined) return isObject(document) ? [document] : undefined;
  const rows = path === "" ? document : fieldAt(document, path);
  // Ollama says `null` where the list is empty.
  return isArray(rows) || rows === null ? objectsOf(rows) : undefined;
}

function counts(
  { slots, running, waiting }: { readonly slots?: string; readonly running?: string; readonly waiting?: string },
  countAt: (path: string) => number | undefined,
): ServerLoad {
  const places = slots === undefined ? undefined : whole(countAt(slots));
  const served = running === undefined ? undefined : whole(countAt(running));
  const held = waiting === undefined ? undefined : whole(countAt(waiting));
  return {
    // Servers that do not know it say 0.
    ...(places === undefined || places === 0 ? {} : { slots: places }),
    ...(served === undefined ? {} : { running: served }),
    ...(held === undefined ? {} : { waiting: held }),
  };
}

function countIn(rows: readonly JsonObject[], path: string): number | undefined {
  if (path === "*") return rows.length;
  const values = rows.map((row) => fieldAt(row, path));
  const numbers = values.map((value) => (typeof value === "boolean" ? Number(value) : numberOf(value)));
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}

/** A count of requests; nothing where it can be none. */
function whole(count: number | undefined): number | undefined {
  if (count === undefined || count < 0) return undefined;
  const rounded = Math.round(count);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

function loadedIn(rows: readonly JsonObject[], which: NonNullable<JsonLoadRoute["loaded"]>): readonly string[] {
  const loaded =
    which === "all" ? rows : rows.filter((row) => (fieldAt(row, which.field) ?? which.word) === which.word);
  return loaded.flatMap((row) => {
    const id = ID_FIELDS.map((name) => stringOf(row[name])).find((text) => text !== undefined && text !== "");
    return id === undefined ? [] : [id];
  });
}
