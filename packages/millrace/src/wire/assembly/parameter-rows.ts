import type { JsonObject } from "../../model/json.ts";
import type { InferenceRequest } from "../../model/request.ts";
import type { FieldKind } from "./request-checks.ts";

/** What a dialect calls a parameter, and what it has to be there. */
export interface WireParameter {
  readonly wire: string;
  readonly kind: FieldKind;
}

/** A parameter that is one value in a dialect and in the model. */
export type ParameterRow<Field, Parameter extends WireParameter = WireParameter> = Parameter & {
  readonly field: Field;
};

/** A table by the model's names as rows. */
export function parameterRows<Field extends keyof InferenceRequest, Parameter extends WireParameter>(
  table: Readonly<Record<Field, Parameter>>,
): readonly ParameterRow<Field, Parameter>[] {
  // The keys are those of the table.
  return Object.entries<Parameter>(table).map(([field, parameter]) => ({ ...parameter, field: field as Field }));
}

/** Reads the parameters that are of their kind, and says under which names; the others stay as they are. */
export function readParameters<Field extends keyof InferenceRequest>(
  body: JsonObject,
  rows: readonly ParameterRow<Field>[],
): { readonly parameters: Partial<Pick<InferenceRequest, Field>>; readonly read: readonly string[] } {
  const found = rows.filter(({ wire, kind }) => {
    const value = body[wire];
    return value !== undefined && value !== null && kind.fits(value);
  });
  // Each value was checked against the kind of its row.
  const parameters = Object.fromEntries(
    found.map(({ field, wire }) => [field, body[wire]]),
  ) as Partial<InferenceRequest>;
  return { parameters, read: found.map(({ wire }) => wire) };
}

/** Writes those that are given. */
export function writeParameters(request: InferenceRequest, rows: readonly ParameterRow<string>[]): JsonObject {
  const fields: Readonly<Record<string, unknown>> = { ...request };
  const given = rows.filter(({ field }) => fields[field] !== undefined);
  return Object.fromEntries(given.map(({ field, wire }) => [wire, fields[field]])) as JsonObject;
}
