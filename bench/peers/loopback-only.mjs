// Loaded into a peer that has no setting for the address it listens on, and would relay for the whole network.
import { Server } from "node:net";

const listen = Reflect.get(Server.prototype, "listen");

/** @type {(this: Server, ...args: any[]) => Server} */
Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  if (typeof port !== "number") return Reflect.apply(listen, this, [port, ...rest]);
  const listening = rest.find((one) => typeof one === "function");
  return Reflect.apply(listen, this, [port, "127.0.0.1", ...(listening ? [listening] : [])]);
};
