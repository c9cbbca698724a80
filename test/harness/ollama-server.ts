import { once } from "node:events";
import { createServer, type Server } from "node:http";

/** Where vLLM, SGLang, LM Studio, llama.cpp and Ollama listen. */
const WELL_KNOWN_PORTS = [8000, 30000, 1234, 8080, 11434];

/** Something that answers like Ollama, on the first well-known port that is free; undefined where none is. */
export async function ollamaOnFreePort(ports: readonly number[] = WELL_KNOWN_PORTS): Promise<Server | undefined> {
  for (const port of ports) {
    const server = createServer((request, response) => {
      const list = { object: "list", data: [{ id: "qwen3:8b", object: "model", owned_by: "library" }] };
      if (request.url === "/") response.end("Ollama is running");
      else if (request.url === "/v1/models")
        response.setHeader("content-type", "application/json").end(JSON.stringify(list));
      else if (request.url === "/api/tags") response.end('{"models":[{"name":"qwen3:8b","model":"qwen3:8b"}]}');
      else response.writeHead(404).end();
    });
    const taken = once(server, "error").then(() => false);
    server.listen(port, "127.0.0.1");
    if (await Promise.race([taken, once(server, "listening").then(() => true)])) return server;
  }
  return undefined;
}
