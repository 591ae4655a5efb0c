import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Run by vitest around all test files: gives them a temporary folder that goes with them. A test process is ended by a
 * signal and cannot clear away what it keeps to its end.
 */
export default function provideFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "lastbeat-tests-"));
  // A server that refuses root runs as another user, and has to get to its own folder in here.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
