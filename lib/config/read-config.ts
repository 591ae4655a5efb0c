import "server-only";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type ConfigFault, parseConfig, variableNames } from "@/lib/config/parse";
import { pemFault, withCertificates } from "@/lib/config/read-certificates";
import type { FileConfig } from "@/lib/config/schema";
import { hasEncodedCredentials, PERCENT_ENCODE } from "@/lib/config/urls";

export interface Config extends FileConfig {
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly secret: string | null;
  readonly adminPassword: string | null;
  readonly apiToken: string | null;
  /** Absolute paths: LASTBEAT_CA_FILE, and `caFile` of the file. */
  readonly caFiles: readonly string[];
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** The configuration is invalid. `faults` lists every error. */
export class InvalidConfig extends Error {
  readonly code = "config-faulty";
  readonly faults: readonly ConfigFault[];
  constructor(faults: readonly ConfigFault[]) {
    super(faults.map((fault) => `  ${fault.path}: ${fault.message}`).join("\n"));
    this.faults = faults;
  }
}

type Env = Readonly<Record<string, string | undefined>>;
const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Reads the environment and lastbeat.yaml. Throws InvalidConfig with every fault and its path. */
export function readConfig(env: Env): Config {
  const faults: ConfigFault[] = [];
  const secretOf = (name: string) => readSecret(env, name, faults);
  const file = readFile(env, faults);
  const databaseUrl = secretOf("DATABASE_URL");
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push({ path: "DATABASE_URL", message: "a postgres:// URL" });
  } else if (databaseUrl !== null && !hasEncodedCredentials(databaseUrl)) {
    faults.push({ path: "DATABASE_URL", message: PERCENT_ENCODE });
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
  const caFile = env.LASTBEAT_CA_FILE;
  const caFault = caFile === undefined ? null : pemFault(caFile);
  if (caFault !== null) faults.push({ path: "LASTBEAT_CA_FILE", message: caFault });
  if (faults.length > 0 || file === null || !logLevel) throw new InvalidConfig(faults);
  const dataDir = resolve(/* turbopackIgnore: true */ env.LASTBEAT_DATA_DIR ?? ".lastbeat");
  const caFiles = [caFile, file.caFile].filter((path) => path !== undefined);
  return { ...file, caFiles, databaseUrl, dataDir, secret, adminPassword, apiToken, logLevel };
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
  const path = env.LASTBEAT_CONFIG;
  let text = "";
  try {
    text = readFileSync(resolve(/* turbopackIgnore: true */ path ?? FILE), "utf8");
  } catch {
    if (path !== undefined) faults.push({ path: "LASTBEAT_CONFIG", message: "the file cannot be read" });
  }
  const { config, faults: fileFaults } = parseConfig(text, withVariablesOfFiles(text, env, faults));
  faults.push(...fileFaults);
  if (config === null) return null;
  const withFiles = withCertificates(withRulePaths(config, path ?? FILE), path ?? FILE, faults);
  return withShortcuts(withFiles, env, faults);
}

/** The environment with the variables that the file names and that are given as `NAME_FILE`. */
function withVariablesOfFiles(text: string, env: Env, faults: ConfigFault[]): Env {
  const missing = variableNames(text).filter((name) => env[name] === undefined && env[`${name}_FILE`] !== undefined);
  return { ...env, ...Object.fromEntries(missing.map((name) => [name, readSecret(env, name, faults) ?? ""])) };
}

/** Gives each rule its place in the file, such as `lastbeat.yaml: rules[3]`. */
const withRulePaths = (config: FileConfig, file: string): FileConfig => ({
  ...config,
  rules: config.rules.map((rule, index) => ({ ...rule, path: `${basename(file)}: rules[${index}]` })),
});

/** Adds the broker of `LASTBEAT_BROKER_URL` and the webhook of `LASTBEAT_WEBHOOK_URL`, both with the id `main`. */
function withShortcuts(config: FileConfig, env: Env, faults: ConfigFault[]): FileConfig {
  const brokerUrl = readSecret(env, "LASTBEAT_BROKER_URL", faults);
  const token = readSecret(env, "LASTBEAT_BROKER_TOKEN", faults);
  if (token !== null && brokerUrl === null) {
    faults.push({ path: "LASTBEAT_BROKER_TOKEN", message: "it needs LASTBEAT_BROKER_URL" });
  }
  const bearer = token === null ? {} : { managementToken: token };
  const webhookUrl = readSecret(env, "LASTBEAT_WEBHOOK_URL", faults);
  const secret = readSecret(env, "LASTBEAT_WEBHOOK_SECRET", faults);
  const signing = secret === null ? {} : { secret };
  const extra = parseConfig(
    JSON.stringify({
      brokers: brokerUrl === null ? [] : [{ id: "main", managementUrl: brokerUrl, ...bearer }],
      webhooks: webhookUrl === null ? [] : [{ id: "main", url: webhookUrl, allowPrivate: true, ...signing }],
    }),
    {},
  );
  for (const fault of extra.faults) faults.push({ ...fault, path: shortcutPath(fault.path) });
  if (extra.config === null) return config;
  const hasMain = (list: readonly { id: string }[]) => list.some(({ id }) => id === "main");
  if (extra.config.brokers.length > 0 && hasMain(config.brokers)) {
    faults.push({ path: "LASTBEAT_BROKER_URL", message: 'the file has a broker "main" already' });
  }
  if (extra.config.webhooks.length > 0 && hasMain(config.webhooks)) {
    faults.push({ path: "LASTBEAT_WEBHOOK_URL", message: 'the file has a webhook "main" already' });
  }
  const tokenFile = env.LASTBEAT_BROKER_TOKEN_FILE;
  const rotated =
    tokenFile === undefined ? {} : { managementTokenFile: resolve(/* turbopackIgnore: true */ tokenFile) };
  return {
    ...config,
    brokers: [...config.brokers, ...extra.config.brokers.map((broker) => ({ ...broker, ...rotated }))],
    webhooks: [...config.webhooks, ...extra.config.webhooks],
  };
}

function shortcutPath(path: string): string {
  if (path.endsWith(".managementToken")) return "LASTBEAT_BROKER_TOKEN";
  if (path.startsWith("brokers")) return "LASTBEAT_BROKER_URL";
  return path.endsWith(".secret") ? "LASTBEAT_WEBHOOK_SECRET" : "LASTBEAT_WEBHOOK_URL";
}
