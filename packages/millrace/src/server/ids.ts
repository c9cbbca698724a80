import { randomBytes } from "node:crypto";
import type { Ids } from "../gateway/ports.ts";

/** 128 random bits, in letters that need no escaping anywhere. */
export const randomIds: Ids = {
  requestId: () => `req_${randomBytes(16).toString("base64url")}`,
};
