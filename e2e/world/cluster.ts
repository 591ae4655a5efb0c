import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configure, environment, NODE_PORTS, startEpmd, startNode } from "./broker.ts";
import { freePorts } from "./ports.ts";
import { type Running, removeDirectory, temporaryDirectory } from "./processes.ts";
import { rabbitmqDirectory } from "./programs.ts";

export interface ClusterNode {
  /** The node name in the management API. */
  readonly name: string;
  /** Includes credentials. */
  readonly managementUrl: string;
  readonly amqpUrl: string;
  /** SIGKILL: neither the clients nor the other node receive a close. */
  kill(): Promise<void>;
  /** Restarts the node after `kill`, on the same ports with the same data; resolves once it answers. */
  start(): Promise<void>;
}

export interface Cluster {
  /** The node that formed the cluster. */
  readonly first: ClusterNode;
  readonly second: ClusterNode;
  /** SIGKILL to both nodes; removes their data. */
  remove(): Promise<void>;
}

/**
 * Two RabbitMQ nodes on 127.0.0.1 in one cluster, with a shared cookie and epmd; ready when both answer HTTP and AMQP.
 * Throws when they do not start, and cleans up in that case too.
 */
export async function startCluster(): Promise<Cluster> {
  const bin = rabbitmqDirectory();
  if (bin === null) throw new Error("rabbitmq-server is not installed on this machine");
  const dir = temporaryDirectory("cluster");
  const base = await freePorts(2 * NODE_PORTS);
  const cookie = randomBytes(16).toString("hex").toUpperCase();
  const first = place(join(dir, "first"), base, base, cookie, []);
  // The second node joins the first at its first start; the first node has no peer to discover.
  const peers = [first, { name: nameOf(base + NODE_PORTS) }].map(
    (node, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${node.name}`,
  );
  const joining = ["cluster_formation.peer_discovery_backend = classic_config", ...peers];
  const second = place(join(dir, "second"), base + NODE_PORTS, base, cookie, joining);
  const epmd = await startEpmd(first.env, epmdPort(base));
  const begun: { kill(): Promise<unknown> }[] = [epmd];
  const remove = async (): Promise<void> => {
    for (const one of begun.toReversed()) await one.kill();
    removeDirectory(dir);
  };
  try {
    const nodes = [];
    for (const at of [first, second]) {
      const node = await run(bin, at);
      begun.push(node);
      nodes.push(node);
    }
    const [one, two] = nodes;
    if (one === undefined || two === undefined) throw new Error("two nodes were started");
    return { first: one, second: two, remove };
  } catch (cause) {
    await remove();
    throw cause;
  }
}

interface Place {
  readonly name: string;
  readonly base: number;
  readonly env: NodeJS.ProcessEnv;
}

const epmdPort = (base: number): number => base + 4;
const nameOf = (base: number): string => `t${base}@localhost`;

/** Creates a node's directory, its cookie included: nodes with different cookies cannot communicate. */
function place(dir: string, base: number, epmdBase: number, cookie: string, extraConf: readonly string[]): Place {
  mkdirSync(dir);
  configure(dir, base, { extraConf });
  const file = join(dir, ".erlang.cookie");
  writeFileSync(file, cookie);
  // Erlang rejects a cookie file that other users can read.
  chmodSync(file, 0o400);
  return { name: nameOf(base), base, env: { ...environment(dir, base), ERL_EPMD_PORT: String(epmdPort(epmdBase)) } };
}

async function run(bin: string, { name, base, env }: Place): Promise<ClusterNode> {
  let node: Running = await startNode(bin, env, base);
  return {
    name,
    managementUrl: `http://guest:guest@127.0.0.1:${base + 2}`,
    amqpUrl: `amqp://guest:guest@127.0.0.1:${base}`,
    async kill() {
      await node.kill();
    },
    async start() {
      node = await startNode(bin, env, base);
    },
  };
}
