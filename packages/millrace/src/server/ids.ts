import { randomUUID } from "node:crypto";
import type { Ids } from "../gateway/ports.ts";

/** 122 random bits, in letters that need no escaping anywhere; Node draws them for many ids at once. */
export const randomIds: Ids = {
  requestId: () => `req_${randomUUID()}`,
};
