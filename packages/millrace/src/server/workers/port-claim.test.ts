import { once } from "node:events";
import { type AddressInfo, createServer, type ListenOptions, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { claimPort, requireSharedPorts, SharedPortError } from "./port-claim.ts";

const host = "127.0.0.1";
const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listening(options: ListenOptions): Promise<number> {
  const server: Server = createServer().listen({ host, ...options });
  open.push(server);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("a port is refused", () => {
  test.each<[string, ListenOptions]>([
    ["an ordinary listener", {}],
    ["a listener that shares", { reusePort: true }],
  ])("where %s is", async (_title, options) => {
    const port = await listening({ port: 0, ...options });
    await expect(claimPort({ host, port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  test.runIf(process.platform === "linux")("that another has claimed, although nobody listens there yet", async () => {
    const claim = await claimPort({ host, port: 0 });
    await expect(claimPort({ host, port: claim.address.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    claim.release();
    const again = await claimPort({ host, port: claim.address.port });
    again.release();
  });

  test("on a host that is not ours, and the claim is let go", async () => {
    for (let time = 0; time < 2; time += 1) {
      await expect(claimPort({ host: "192.0.2.1", port: 8484 })).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
    }
  });
});

test("a claimed port can be shared, and a name has become an address", async () => {
  const claim = await claimPort({ host: "localhost", port: 0 });
  expect(claim.address).toMatchObject({ host: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), shared: true });
  const { host: address, port } = claim.address;
  expect(await listening({ host: address, port, reusePort: true })).toBe(port);
  expect(await listening({ host: address, port, reusePort: true })).toBe(port);
  claim.release();
});

describe("whether ports can be shared", () => {
  test("they can", async () => {
    await expect(requireSharedPorts(host)).resolves.toBeUndefined();
  });

  test("they cannot: it says why, and what to do instead", async () => {
    const notSupported = Object.assign(new Error("listen ENOTSUP"), { code: "ENOTSUP" });
    const refusal = requireSharedPorts(host, () => Promise.reject(notSupported));
    await expect(refusal).rejects.toThrow(SharedPortError);
    await expect(refusal).rejects.toThrow(/does not spread .* Use one worker, or start several millrace/);
  });

  test("what else fails is told as it is", async () => {
    await expect(requireSharedPorts("192.0.2.1")).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
  });
});
