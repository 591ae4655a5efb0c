import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Vitest runs it around all test files: it gives them a temporary folder and removes it after them. A test process is
 * ended by a signal and cannot remove what it uses until its end.
 */
export default function provideFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "lastbeat-tests-"));
  // A server that refuses to run as root runs as another user, which must reach its own folder in here.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
