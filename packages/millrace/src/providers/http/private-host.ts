import { BlockList, isIP } from "node:net";

const PRIVATE = new BlockList();
PRIVATE.addSubnet("127.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("10.0.0.0", 8, "ipv4");
PRIVATE.addSubnet("172.16.0.0", 12, "ipv4");
PRIVATE.addSubnet("192.168.0.0", 16, "ipv4");
PRIVATE.addSubnet("169.254.0.0", 16, "ipv4");
/** Carrier-grade NAT, which overlay networks use for their machines. */
PRIVATE.addSubnet("100.64.0.0", 10, "ipv4");
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");
PRIVATE.addSubnet("fe80::", 10, "ipv6");

const PRIVATE_SUFFIXES = [".localhost", ".local", ".lan", ".internal", ".home.arpa"];

/**
 * Whether a host is on this machine or in this network by its name alone; nothing is resolved. A
 * name without a dot (a container, a machine in the same network) counts as private.
 *
 * @param host as `URL.hostname` gives it: IPv6 in brackets or bare
 */
export function isPrivateHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/gu, "").toLowerCase();
  const version = isIP(bare);
  if (version !== 0) return PRIVATE.check(bare, version === 6 ? "ipv6" : "ipv4");
  return !bare.includes(".") || PRIVATE_SUFFIXES.some((suffix) => bare.endsWith(suffix));
}
