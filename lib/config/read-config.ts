import "server-only";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type ConfigFault, parseConfig } from "@/lib/config/parse";
import type { FileConfig } from "@/lib/config/schema";

export interface Config extends FileConfig {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly secret: string | null;
  readonly adminPassword: string | null;
  readonly apiToken: string | null;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** The configuration cannot be used; `faults` lists everything that is wrong with it at once. */
export class ConfigFaulty extends Error {
  readonly code = "config-faulty";
  readonly faults: readonly ConfigFault[];
  constructor(faults: readonly ConfigFault[]) {
    super(faults.map((fault) => `  ${fault.path}: ${fault.message}`).join("\n"));
    this.faults = faults;
  }
}

type Env = Readonly<Record<string, string | undefined>>;
const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Environment and lastbeat.yaml → Config. Throws ConfigFaulty with every fault and its path. */
export function readConfig(env: Env): Config {
  const faults: ConfigFault[] = [];
  const secretOf = (name: string) => readSecret(env, name, faults);
  const file = readFile(env, faults);
  const databaseUrl = secretOf("DATABASE_URL");
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push({ path: "DATABASE_URL", message: "a postgres:// URL" });
  }
  const logLevel = LEVELS.find((level) => level === (env.LASTBEAT_LOG_LEVEL ?? "info"));
  if (!logLevel) faults.push({ path: "LASTBEAT_LOG_LEVEL", message: `one of ${LEVELS.join(", ")}` });
  const adminPassword = secretOf("LASTBEAT_ADMIN_PASSWORD");
  if (adminPassword !== null && adminPassword.length < PASSWORD_LENGTH_MIN) {
    faults.push({ path: "LASTBEAT_ADMIN_PASSWORD", message: `at least ${PASSWORD_LENGTH_MIN} characters` });
  }
  const apiToken = secretOf("LASTBEAT_API_TOKEN");
  if (apiToken !== null && apiToken.length < TOKEN_LENGTH_MIN) {
    faults.push({ path: "LASTBEAT_API_TOKEN", message: `at least ${TOKEN_LENGTH_MIN} characters` });
  }
  const secret = secretOf("LASTBEAT_SECRET");
  if (secret !== null && secret.length < TOKEN_LENGTH_MIN) {
    faults.push({ path: "LASTBEAT_SECRET", message: `at least ${TOKEN_LENGTH_MIN} characters` });
  }
  if (faults.length > 0 || file === null || !logLevel) throw new ConfigFaulty(faults);
  const dataDir = resolve(/* turbopackIgnore: true */ env.LASTBEAT_DATA_DIR ?? ".lastbeat");
  return { ...file, databaseUrl, dataDir, secret, adminPassword, apiToken, logLevel };
}

const PASSWORD_LENGTH_MIN = 8;
const TOKEN_LENGTH_MIN = 16;

function readSecret(env: Env, name: string, faults: ConfigFault[]): string | null {
  const path = env[`${name}_FILE`];
  if (path === undefined) return env[name] ?? null;
  if (env[name] !== undefined) faults.push({ path: name, message: `set either ${name} or ${name}_FILE` });
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    faults.push({ path: `${name}_FILE`, message: "the file cannot be read" });
    return null;
  }
}

const FILE = "lastbeat.yaml";

function readFile(env: Env, faults: ConfigFault[]): FileConfig | null {
  const named = env.LASTBEAT_CONFIG;
  let text = "";
  try {
    text = readFileSync(resolve(/* turbopackIgnore: true */ named ?? FILE), "utf8");
  } catch {
    if (named !== undefined) faults.push({ path: "LASTBEAT_CONFIG", message: "the file cannot be read" });
  }
  const { config, faults: found } = parseConfig(text, env);
  faults.push(...found);
  return config === null ? null : withShortcuts(withPaths(config, named ?? FILE), env, faults);
}

/** Rules are told by where they stand: `lastbeat.yaml: rules[3]`. */
const withPaths = (config: FileConfig, file: string): FileConfig => ({
  ...config,
  rules: config.rules.map((rule, at) => ({ ...rule, path: `${basename(file)}: rules[${at}]` })),
});

/** `LASTBEAT_BROKER_URL` and `LASTBEAT_WEBHOOK_URL` stand for a file of one broker and one webhook. */
function withShortcuts(config: FileConfig, env: Env, faults: ConfigFault[]): FileConfig {
  const brokerUrl = readSecret(env, "LASTBEAT_BROKER_URL", faults);
  const webhookUrl = readSecret(env, "LASTBEAT_WEBHOOK_URL", faults);
  const secret = readSecret(env, "LASTBEAT_WEBHOOK_SECRET", faults);
  const signed = secret === null ? {} : { secret };
  const extra = parseConfig(
    JSON.stringify({
      brokers: brokerUrl === null ? [] : [{ id: "main", managementUrl: brokerUrl }],
      webhooks: webhookUrl === null ? [] : [{ id: "main", url: webhookUrl, allowPrivate: true, ...signed }],
    }),
    {},
  );
  for (const fault of extra.faults) faults.push({ ...fault, path: shortcutPath(fault.path) });
  if (extra.config === null) return config;
  const taken = (list: readonly { id: string }[]) => list.some((one) => one.id === "main");
  if (extra.config.brokers.length > 0 && taken(config.brokers)) {
    faults.push({ path: "LASTBEAT_BROKER_URL", message: 'the file has a broker "main" already' });
  }
  if (extra.config.webhooks.length > 0 && taken(config.webhooks)) {
    faults.push({ path: "LASTBEAT_WEBHOOK_URL", message: 'the file has a webhook "main" already' });
  }
  return {
    ...config,
    brokers: [...config.brokers, ...extra.config.brokers],
    webhooks: [...config.webhooks, ...extra.config.webhooks],
  };
}

function shortcutPath(path: string): string {
  if (path.startsWith("brokers")) return "LASTBEAT_BROKER_URL";
  return path.endsWith(".secret") ? "LASTBEAT_WEBHOOK_SECRET" : "LASTBEAT_WEBHOOK_URL";
}
