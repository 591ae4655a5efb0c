import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./ports.ts";
import { type Running, removeDirectory, start, temporaryDirectory } from "./processes.ts";
import { onPath, rabbitmqDirectory } from "./programs.ts";
import { until } from "./until.ts";

const exec = promisify(execFile);

/** Of Debian's package. */
const PACKAGED_DIRECTORY = "/usr/lib/rabbitmq/bin";

/** Measured: 4 to 6 s on two idle cores; a machine that also compiles needs several times that. */
const READY_WITHIN_MS = 90_000;
/** Measured: an orderly stop takes 7 to 8 s. */
const STOP_WITHIN_MS = 30_000;
const CTL_WITHIN_MS = 60_000;
/** Fractions of the machine's memory: below what any node uses, and the default of RabbitMQ 3.10. */
const WATERMARK_ALARMED = "0.0000001";
const WATERMARK_DEFAULT = "0.4";
/** amqp, distribution, management, prometheus, epmd and, from offset 8 on, eleven for the command line tools. */
export const NODE_PORTS = 20;

const PLUGINS = ["rabbitmq_management", "rabbitmq_event_exchange", "rabbitmq_prometheus"];

export interface BrokerOptions {
  /** Default: management, event exchange, prometheus. */
  readonly plugins?: readonly string[];
  /** Additional lines of rabbitmq.conf. */
  readonly extraConf?: readonly string[];
  /**
   * A folder with another system in it, such as debootstrap makes, whose RabbitMQ is started by chroot (root only). It shares
   * /tmp, /proc and /dev with this one.
   */
  readonly root?: string | null;
}

export interface Broker {
  /** Includes credentials. */
  readonly managementUrl: string;
  readonly amqpUrl: string;
  readonly metricsUrl: string;
  /** The process id of the Erlang VM; it changes with a restart. */
  pid(): number;
  /** Orderly shutdown: the broker closes its client connections. Removes the data directory. */
  stop(): Promise<void>;
  /** SIGKILL to the whole process tree: the fast end for a disposable broker. Removes the data directory. */
  kill(): Promise<void>;
  /** Stops the node (`orderly`, or `crash` by SIGKILL) and starts it on the same ports with the same data. */
  restart(how: "orderly" | "crash"): Promise<void>;
  /** Runs rabbitmqctl against this node and returns its output. */
  ctl(args: readonly string[]): Promise<string>;
  /** Raises the memory alarm, so that the broker stops reading from publishers, or clears it. */
  alarm(on: boolean): Promise<void>;
}

/**
 * A private RabbitMQ on 127.0.0.1 with its own epmd, cookie, data and ports; ready when both HTTP and AMQP answer.
 * Throws when rabbitmq-server is not installed or does not start. Works as any user, root included.
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const root = options.root ?? null;
  const bin = root === null ? rabbitmqDirectory() : PACKAGED_DIRECTORY;
  if (bin === null) throw new Error("rabbitmq-server is not installed on this machine");
  const dir = temporaryDirectory("broker");
  const base = await freePorts(NODE_PORTS);
  const env = environment(dir, base);
  configure(dir, base, options);
  const epmd = await startEpmd(env, base + 4);
  const startAgain = (): Promise<Running> => startNode(bin, env, base, root);
  let node = await startAgain();

  const end = async (): Promise<void> => {
    await epmd.kill();
    removeDirectory(dir);
  };
  const ctl = async (args: readonly string[]): Promise<string> => {
    const [program, all] = inside(root, join(bin, "rabbitmqctl"), args);
    const { stdout } = await exec(program, [...all], { env, timeout: CTL_WITHIN_MS });
    return stdout;
  };
  return {
    managementUrl: `http://guest:guest@127.0.0.1:${base + 2}`,
    amqpUrl: `amqp://guest:guest@127.0.0.1:${base}`,
    metricsUrl: `http://127.0.0.1:${base + 3}`,
    pid: () => node.pid,
    async stop() {
      await node.stop("SIGTERM", STOP_WITHIN_MS);
      await end();
    },
    async kill() {
      await node.kill();
      await end();
    },
    async restart(how) {
      await (how === "crash" ? node.kill() : node.stop("SIGTERM", STOP_WITHIN_MS));
      node = await startAgain();
    },
    ctl,
    async alarm(on) {
      await ctl(["set_vm_memory_high_watermark", on ? WATERMARK_ALARMED : WATERMARK_DEFAULT]);
    },
  };
}

/** Sets every variable that RabbitMQ would otherwise read from /etc, /var or the user's home directory. */
export function environment(dir: string, base: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: dir,
    NODE_ENV: process.env.NODE_ENV,
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_NODENAME: `t${base}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(base),
    RABBITMQ_DIST_PORT: String(base + 1),
    RABBITMQ_CTL_DIST_PORT_MIN: String(base + 8),
    RABBITMQ_CTL_DIST_PORT_MAX: String(base + 18),
    ERL_EPMD_PORT: String(base + 4),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_MNESIA_BASE: join(dir, "mnesia"),
    RABBITMQ_LOG_BASE: join(dir, "log"),
    RABBITMQ_PID_FILE: join(dir, "rabbit.pid"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, "enabled_plugins"),
    RABBITMQ_CONFIG_FILE: join(dir, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, "advanced.config"),
    RABBITMQ_GENERATED_CONFIG_DIR: join(dir, "schema"),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    // Makes the start script exec the VM; otherwise the script stays as its parent and receives the signals.
    RABBITMQ_ALLOW_INPUT: "1",
  };
}

/** Writes a node's configuration and creates empty data and log directories in `dir`. */
export function configure(dir: string, base: number, options: BrokerOptions): void {
  mkdirSync(join(dir, "mnesia"));
  mkdirSync(join(dir, "log"));
  writeFileSync(join(dir, "enabled_plugins"), `[${(options.plugins ?? PLUGINS).join(",")}].\n`);
  writeFileSync(join(dir, "advanced.config"), "[].\n");
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${base}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${base + 2}`,
    "prometheus.tcp.ip = 127.0.0.1",
    `prometheus.tcp.port = ${base + 3}`,
    "log.file = rabbit.log",
    "log.file.level = info",
    "log.console = false",
    // The log exchange is the only source of the reason why a connection was closed.
    "log.exchange = true",
    "log.exchange.level = info",
    ...(options.extraConf ?? []),
  ];
  writeFileSync(join(dir, "rabbitmq.conf"), `${lines.join("\n")}\n`);
}

/** Runs epmd in the foreground as our child; otherwise the VM starts one in the background that outlives it. */
export async function startEpmd(env: NodeJS.ProcessEnv, port: number): Promise<Running> {
  const program = onPath("epmd");
  if (program === null) throw new Error("epmd (part of Erlang) is not on the PATH");
  const epmd = await start(program, ["-port", String(port), "-address", "127.0.0.1"], { env });
  await until("epmd to listen", READY_WITHIN_MS, () => answers(port, null));
  return epmd;
}

/** Starts the VM and waits until both HTTP and AMQP answer. Throws with its last output when it exits instead. */
export async function startNode(
  bin: string,
  env: NodeJS.ProcessEnv,
  base: number,
  root: string | null = null,
): Promise<Running> {
  const node = await start(...inside(root, join(bin, "rabbitmq-server"), ["-noinput"]), { env });
  const overview = `http://127.0.0.1:${base + 2}/api/overview`;
  const authorization = `Basic ${Buffer.from("guest:guest").toString("base64")}`;
  const ready = async (): Promise<boolean> => {
    const response = await fetch(overview, { headers: { authorization }, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    // HTTP answers a few milliseconds before AMQP does (measured on RabbitMQ 3.10.8).
    return response.ok && (await answers(base, "AMQP\0\0\x09\x01"));
  };
  const died = node.exited.then(() => {
    throw new Error(`rabbitmq-server ended while starting:\n${node.lastWords()}`);
  });
  await Promise.race([until("the broker to answer", READY_WITHIN_MS, ready, 100), died]);
  died.catch(() => undefined);
  return node;
}

/** A command that runs in the system below `root`; null: in this one. */
const inside = (root: string | null, program: string, args: readonly string[]): [string, readonly string[]] =>
  root === null ? [program, args] : ["chroot", [root, program, ...args]];

/** Whether a server accepts connections on this port and, if a greeting is given, replies to it. */
function answers(port: number, greeting: string | null): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const settle = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("connect", () => (greeting === null ? settle(true) : socket.write(Buffer.from(greeting, "latin1"))));
    socket.once("data", () => settle(true));
  });
}
