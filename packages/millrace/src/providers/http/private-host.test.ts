import { expect, test } from "vitest";
import { isPrivateHost } from "./private-host.ts";

test.each([
  "localhost",
  "127.0.0.1",
  "127.9.9.9",
  "[::1]",
  "::1",
  "10.1.2.3",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.5",
  "169.254.1.1",
  "100.64.0.1",
  "[fd00::1]",
  "[fe80::1]",
  "[::ffff:192.168.1.5]",
  "ollama",
  "desk.local",
  "DESK.LAN",
  "api.internal",
])("%s is private", (host) => {
  expect(isPrivateHost(host)).toBe(true);
});

test.each([
  "api.openai.com",
  "8.8.8.8",
  "172.32.0.1",
  "100.128.0.1",
  "[2001:db8::1]",
  "local.example.org",
  "127.0.0.1.example.org",
])("%s is not", (host) => {
  expect(isPrivateHost(host)).toBe(false);
});
