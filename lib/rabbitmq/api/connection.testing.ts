import type { Connection } from "@/lib/rabbitmq/api/broker";

/** For tests: a connection as the list shows one that is well. */
export const aConnection = (port: number, facts: Partial<Connection> = {}): Connection => ({
  name: `10.0.0.1:${port} -> 10.0.0.9:5672`,
  userProvidedName: "worker",
  product: "amqplib",
  productVersion: "2.3.1",
  platform: "Node.JS",
  protocol: "AMQP 0-9-1",
  vhost: "/",
  user: "app",
  node: "rabbit@a",
  peerHost: "10.0.0.1",
  state: "running",
  timeoutSeconds: 20,
  connectedAtMs: null,
  recvOct: 100,
  sendOct: 100,
  ...facts,
});
