/** The fields that are there: where the value was `undefined`, the field is absent. */
export type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The same record without the fields that hold nothing. */
export function present<T extends object>(fields: T): Present<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}
