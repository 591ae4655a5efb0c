// `npm run demo [-- <scenario>]`: Lastbeat with a live demo environment.

import { randomBytes } from "node:crypto";
import { z } from "zod";
import { messageOf } from "../../../lib/base/errors/message.ts";
import { isBuilt, type Lastbeat, projectDirectory, startLastbeat } from "../lastbeat.ts";
import { isFree } from "../ports.ts";
import { start } from "../processes.ts";
import { type Received, type Receiver, startReceiver } from "../receiver.ts";
import { listing, scenarioNamed } from "../scenarios/cast.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { type DemoScenario, openPlain, openScenario } from "./scenarios.ts";

const PORT_DEFAULT = 3000;
const PORTS_TRIED = 50;
const POLL_SECONDS = 2;

const Delivered = z.object({
  type: z.string(),
  data: z.object({ alert: z.object({ severity: z.string(), summary: z.string() }).partial().optional() }),
});

/** Cleanup functions, run in reverse order. */
const undo: (() => Promise<unknown> | unknown)[] = [];
let ending = false;

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // A second signal ends at once: the exit handler of processes.ts kills all remaining processes.
  process.on(name, () => (ending ? process.exit(130) : void end(0)));
}
try {
  await play();
} catch (cause) {
  if (!ending) {
    console.error(`\nThe demo cannot go on: ${messageOf(cause)}`);
    await end(1);
  }
}

async function play(): Promise<void> {
  const scenario = requested();
  await buildUnlessBuilt();
  say("starting a broker, job tables and clients …");
  const report = (words: string): void => say(`world    ${words}`);
  const later = (act: () => Promise<unknown>): void => void undo.push(act);
  const set = scenario === null ? await openPlain(report, later) : await openScenario(scenario, report, later);
  const receiver = await startReceiver({ onRequest: (request) => say(wordsOf(request)) });
  undo.push(receiver.stop);
  const app = await startLastbeat({
    config: configure(set, receiver),
    port: await choosePort(),
    adminPassword: randomBytes(6).toString("base64url"),
    logLevel: "error",
    onLine: (line) => say(`lastbeat ${line}`),
  });
  undo.push(async () => {
    await app.stop();
    app.remove();
  });
  introduce(app, set);
  set.begin();
  const { code, signal } = await app.exited;
  if (!ending) throw new Error(`Lastbeat ended (${signal ?? code}):\n${app.lastWords()}`);
}

/** The scenario named on the command line; null for the plain demo. `--list` and unknown names exit here. */
function requested(): Scenario | null {
  const [name] = process.argv.slice(2);
  if (name === undefined) return null;
  const scenario = scenarioNamed(name);
  if (scenario !== null) return scenario;
  const listed = `npm run demo -- <scenario>\n\n${listing()}\n\nWithout a name: a bit of everything.`;
  if (name === "--list") {
    console.log(listed);
    process.exit(0);
  }
  console.error(`There is no scenario called "${name}".\n\n${listed}`);
  process.exit(2);
}

async function buildUnlessBuilt(): Promise<void> {
  if (isBuilt()) return;
  say("no build stands yet: building (about a minute) …");
  const build = await start("npm", ["run", "build"], {
    cwd: projectDirectory,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  const { code } = await build.exited;
  if (code !== 0 && !ending) throw new Error(`the build failed:\n${build.lastWords()}`);
}

function configure({ stage, sources, rules, clients }: DemoScenario, receiver: Receiver) {
  const { managementUrl, amqpUrl, metricsUrl } = stage;
  const optional = {
    ...(amqpUrl === null ? {} : { amqpUrl }),
    ...(metricsUrl === null ? {} : { metricsUrl }),
  };
  return {
    brokers: [{ id: "main", managementUrl, ...optional, pollSeconds: POLL_SECONDS, clients }],
    sources,
    rules,
    webhooks: [{ id: "terminal", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
  };
}

async function choosePort(): Promise<number> {
  const wanted = Number(process.env.PORT ?? PORT_DEFAULT);
  for (let port = wanted; port < wanted + PORTS_TRIED; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${wanted} to ${wanted + PORTS_TRIED - 1}`);
}

function introduce(app: Lastbeat, { stage, words }: DemoScenario): void {
  const lines = [
    `Lastbeat   ${app.url}`,
    `password   ${app.adminPassword}`,
    `API token  ${app.apiToken}`,
    `broker     ${stage.words}`,
    ...words,
  ];
  console.log(`
${lines.map((line) => `  ${line}`).join("\n")}

  Alerts arrive below as a webhook receiver gets them. Ctrl-C ends everything.
`);
}

function wordsOf({ json, signatureValid }: Received): string {
  const body = Delivered.safeParse(json);
  const signed = signatureValid ? "signature valid" : "SIGNATURE NOT VALID";
  if (!body.success) return `webhook  something that is no alert (${signed})`;
  const { type, data } = body.data;
  return `webhook  ${type} ${data.alert?.severity ?? ""} ${data.alert?.summary ?? ""} (${signed})`;
}

function say(words: string): void {
  console.log(`${new Date().toTimeString().slice(0, 8)}  ${words}`);
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  say("stopping everything …");
  for (const act of undo.reverse()) {
    try {
      await act();
    } catch (cause) {
      console.error(cause);
    }
  }
  process.exit(code);
}
