import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "@playwright/test";
import { projectDirectory } from "./world/lastbeat.ts";
import { freePorts, isFree } from "./world/ports.ts";
import { removeDirectory, temporaryDirectory } from "./world/processes.ts";
import { until } from "./world/until.ts";

const READY_WITHIN_MS = 120_000;
const END_WITHIN_MS = 20_000;

interface Started {
  readonly npm: ChildProcess;
  readonly output: () => string;
}

/** `npm start` as a service manager runs it, in a process group of its own, so that the test can end whatever stays. */
function npmStart(port: number, dataDirectory: string): Started {
  const npm = spawn("npm", ["start"], {
    cwd: projectDirectory,
    detached: true,
    env: { ...process.env, PORT: String(port), HOSTNAME: "127.0.0.1", LASTBEAT_DATA_DIR: dataDirectory },
  });
  let text = "";
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  return { npm, output: () => text };
}

async function ready(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/api/health/ready`)).ok;
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  test(`${signal} to npm start ends Lastbeat and frees its port`, async () => {
    const port = await freePorts();
    const directory = temporaryDirectory("signal");
    const { npm } = npmStart(port, directory);
    try {
      await until("Lastbeat to be ready", READY_WITHIN_MS, () => ready(port));
      npm.kill(signal);
      await until("the port to be free", END_WITHIN_MS, () => isFree(port));
    } finally {
      endGroup(npm);
      removeDirectory(directory);
    }
  });
}

test("a second start on a port that is in use says so in a sentence", async () => {
  const port = await freePorts();
  const directory = temporaryDirectory("signal");
  const first = npmStart(port, directory);
  try {
    await until("Lastbeat to be ready", READY_WITHIN_MS, () => ready(port));
    const second = npmStart(port, directory);
    const [code] = await once(second.npm, "close");
    expect(code).toBe(1);
    expect(second.output()).toContain(
      `Lastbeat cannot listen on 127.0.0.1, port ${port}: another program, perhaps another Lastbeat, uses this port.`,
    );
    expect(second.output()).not.toContain("EADDRINUSE");
    expect(await ready(port), "the first one goes on").toBe(true);
  } finally {
    endGroup(first.npm);
    removeDirectory(directory);
  }
});

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group has no processes left.
  }
}
