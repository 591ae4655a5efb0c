import type { Client } from "@/lib/rabbitmq/clients/client";
import { newLifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";

/** For tests: a client that is connected. */
export const aClient = (facts: Partial<Client> = {}): Client => ({
  id: "c",
  broker: "main",
  vhost: "/",
  user: "app",
  name: "worker",
  namedBy: "connection-name",
  folded: [],
  alias: null,
  displayName: facts.name ?? "worker",
  product: "amqplib",
  productVersion: null,
  platform: null,
  peerHost: "10.0.0.1",
  state: "connected",
  stateSinceMs: 0,
  consuming: [],
  reconnectsMs: [],
  lastEnd: null,
  unreplaced: 0,
  firstSeenMs: 0,
  lastSeenMs: 0,
  lifetimes: newLifetimes(0),
  replicas: NO_REPLICAS,
  ...facts,
});
