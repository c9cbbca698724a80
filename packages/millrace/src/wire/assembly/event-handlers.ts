import type { DecodedEvent } from "../../model/stream-event.ts";

/** What is done with an event of each type. */
export type EventHandlers<Result, Event extends DecodedEvent = DecodedEvent> = {
  readonly [Type in Event["type"]]: (event: Extract<Event, { type: Type }>) => Result;
};

/** Gives an event to the handler of its type. */
export function handleEvent<Result, Event extends DecodedEvent, Type extends Event["type"]>(
  handlers: EventHandlers<Result, Event>,
  event: Extract<Event, { type: Type }>,
): Result {
  const handler: EventHandlers<Result, Event>[Type] = handlers[event.type];
  return handler(event);
}
