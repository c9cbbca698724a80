/**
 * What may be written between two lines of a stream so that a waiting client's connection stays alive: white space, which
 * stands before the next line and means nothing to any reader of JSON. An empty line would do harm: ollama-python takes
 * every line for JSON and throws, and ollama-js writes a warning. Nothing of this may follow the last line.
 */
export const KEEP_ALIVE = " ";
