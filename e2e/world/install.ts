import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import {
  chromium,
  hasCjkFont,
  mariadbPrograms,
  onPath,
  postgresDirectory,
  pythonWithAmqp,
  rabbitmqDirectory,
  redisServer,
} from "./programs.ts";

const APT = "apt-get";
const POLICY = "/usr/sbin/policy-rc.d";
const INSTALL_WITHIN_MS = 15 * 60_000;

interface Need {
  readonly what: string;
  readonly packages: readonly string[];
  /** The environment variable that replaces this program, if there is one. */
  readonly instead: string | null;
  readonly here: () => boolean;
}

const NEEDS: readonly Need[] = [
  {
    what: "RabbitMQ (rabbitmq-server)",
    packages: ["rabbitmq-server"],
    instead: "LASTBEAT_TEST_BROKER_URL",
    here: () => rabbitmqDirectory() !== null,
  },
  {
    what: "PostgreSQL (initdb, postgres)",
    packages: ["postgresql"],
    instead: "LASTBEAT_TEST_DATABASE_URL",
    here: () => postgresDirectory() !== null,
  },
  {
    what: "Redis (redis-server)",
    packages: ["redis-server"],
    instead: null,
    here: () => redisServer() !== null,
  },
  {
    what: "MariaDB (mariadbd, mariadb-install-db)",
    packages: ["mariadb-server"],
    instead: null,
    here: () => mariadbPrograms() !== null,
  },
  {
    what: "Chromium",
    packages: ["chromium"],
    instead: "CHROMIUM",
    here: () => chromium(process.env.CHROMIUM) !== null,
  },
  {
    what: "a Python with pika and aio-pika",
    packages: ["python3-pika", "python3-aio-pika"],
    instead: null,
    here: () => pythonWithAmqp() !== null,
  },
  {
    what: "a font with Chinese characters",
    packages: ["fonts-noto-cjk"],
    instead: null,
    here: hasCjkFont,
  },
];

/**
 * Installs what the tests need: from Debian's packages when this is Debian and we are root, else throws an error that
 * lists the missing programs and the variables that can replace them.
 */
export function install(): void {
  const missing = NEEDS.filter((need) => !need.here() && !isReplaced(need));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || onPath(APT) === null) throw new Error(complaint(missing));
  console.log(`installing ${missing.map((need) => need.what).join(", ")}`);
  withoutStartingServices(() => {
    apt("update");
    apt("install", "-y", "--no-install-recommends", ...missing.flatMap((need) => need.packages));
  });
  const still = missing.filter((need) => !need.here());
  if (still.length > 0) throw new Error(complaint(still));
}

/** If a variable names a program, the program itself is checked. */
const isReplaced = ({ instead }: Need): boolean =>
  instead !== null && instead !== "CHROMIUM" && (process.env[instead] ?? "") !== "";

function complaint(missing: readonly Need[]): string {
  const lines = missing.map(({ what, packages, instead }) => {
    const or = instead === null ? "" : `, or set ${instead}`;
    return `  - ${what}: install ${packages.join(" ")}${or}`;
  });
  return `The tests need more than is on this machine:\n${lines.join("\n")}`;
}

/** A package's services would occupy the default ports; under this policy, Debian's scripts start no service. */
function withoutStartingServices(act: () => void): void {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    act();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

function apt(...args: string[]): void {
  const { status, error } = spawnSync(APT, ["-qq", ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: INSTALL_WITHIN_MS,
  });
  if (status !== 0) throw new Error(`${APT} ${args[0]} failed${error === undefined ? "" : `: ${error.message}`}`);
}

if (import.meta.main) install();
