/** Whether a content type is that of server-sent events. */
export function isEventStream(contentType: string | undefined): boolean {
  return mediaType(contentType) === "text/event-stream";
}

/** Whether a content type is JSON, also by a name of its own such as `application/problem+json`. */
export function isJson(contentType: string | undefined): boolean {
  const type = mediaType(contentType);
  return type === "application/json" || type.endsWith("+json");
}

/** Without parameters such as the charset, in lower case. */
function mediaType(contentType = ""): string {
  const parameters = contentType.indexOf(";");
  return (parameters === -1 ? contentType : contentType.slice(0, parameters)).trim().toLowerCase();
}
