import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configure, environment, NODE_PORTS, startEpmd, startNode } from "./broker.ts";
import { freePorts } from "./ports.ts";
import { type Running, removeDirectory, temporaryDirectory } from "./processes.ts";
import { rabbitmqDirectory } from "./programs.ts";

export interface ClusterNode {
  /** As the management API names it. */
  readonly name: string;
  /** With credentials. */
  readonly managementUrl: string;
  readonly amqpUrl: string;
  /** SIGKILL: no goodbye to clients or to the other node. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same ports with the same data; ready when it answers. */
  start(): Promise<void>;
}

export interface Cluster {
  /** The one that was there first. */
  readonly first: ClusterNode;
  readonly second: ClusterNode;
  /** SIGKILL to both; nothing of them is left. */
  remove(): Promise<void>;
}

/**
 * Two RabbitMQ nodes on 127.0.0.1 that are one cluster, with one cookie and one epmd; ready when both answer HTTP and
 * AMQP. Throws when they do not come up, and leaves nothing behind then either.
 */
export async function startCluster(): Promise<Cluster> {
  const bin = rabbitmqDirectory();
  if (bin === null) throw new Error("rabbitmq-server is not installed on this machine");
  const dir = temporaryDirectory("cluster");
  const base = await freePorts(2 * NODE_PORTS);
  const cookie = randomBytes(16).toString("hex").toUpperCase();
  const first = place(join(dir, "first"), base, base, cookie, []);
  // The second joins the first when it starts for the first time; the first has nobody to look for.
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

/** A directory with everything a node needs, its cookie included: nodes with different ones do not talk. */
function place(dir: string, base: number, epmdBase: number, cookie: string, extraConf: readonly string[]): Place {
  mkdirSync(dir);
  configure(dir, base, { extraConf });
  const file = join(dir, ".erlang.cookie");
  writeFileSync(file, cookie);
  // Erlang refuses a cookie others may read.
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
