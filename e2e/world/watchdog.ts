// Outlives its parent briefly: when the parent ends for any reason, stdin closes, and this process kills everything
// that the parent had started and not yet stopped. Input lines: "+group 123", "-group 123", "+dir /tmp/x",
// "-dir /tmp/x".
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

/** On SIGQUIT, PostgreSQL releases its shared memory, which SIGKILL would leave behind. */
const GRACE_MS = 500;
const groups = new Set<number>();
const dirs = new Set<string>();

// Ctrl-C in the terminal and a SIGTERM to the whole job are for the parent; this process ends only when stdin closes.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [what, subject = ""] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    if (what === "+group") groups.add(Number(subject));
    if (what === "-group") groups.delete(Number(subject));
    if (what === "+dir") dirs.add(subject);
    if (what === "-dir") dirs.delete(subject);
  })
  .on("close", () => {
    signalAll("SIGCONT");
    signalAll("SIGQUIT");
    setTimeout(finish, groups.size > 0 ? GRACE_MS : 0);
  });

function finish(): void {
  signalAll("SIGKILL");
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}

function signalAll(signal: NodeJS.Signals): void {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      // Already ended.
    }
  }
}
