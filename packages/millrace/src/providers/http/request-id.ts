/** Headers that carry a server's own id for a request, the most telling first. */
const REQUEST_ID_HEADERS = [
  "x-request-id",
  "request-id",
  "x-amzn-requestid",
  "x-ms-request-id",
  "apim-request-id",
  "x-generation-id",
  "cf-ray",
] as const;

/** The upstream's id for a request, from its response headers. */
export function requestIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const value = headers[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}
