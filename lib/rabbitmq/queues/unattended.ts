import type { Queue } from "@/lib/rabbitmq/api/broker";

/** The session store of an MQTT or STOMP client that subscribed durably: messages wait while the device is offline. */
const SUBSCRIPTION = /^(mqtt|stomp)-subscription-/;

/**
 * Whether messages may wait in a queue by design, so that no rule about its consumers or its backlog applies: streams
 * retain what was read, exclusive queues end with their connection, and subscriptions wait for their device.
 */
export const waitsByDesign = (queue: Queue): boolean =>
  queue.type === "stream" || queue.exclusive === true || SUBSCRIPTION.test(queue.name);
