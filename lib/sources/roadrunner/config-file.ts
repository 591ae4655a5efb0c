import "server-only";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errorCode } from "@/lib/sources/jobs/error-code";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { lintRoadRunner } from "@/lib/sources/roadrunner/lint/lint";

/**
 * The `.rr.yaml` of a source, as it was last read. `unreadable` names the system's code, such as EACCES, or `size` and
 * `kind` for what is too large or no file. Findings carry no password of a URL.
 */
export type ConfigFacts =
  | { readonly is: "read"; readonly changedMs: number; readonly findings: readonly LintFinding[] }
  | { readonly is: "missing" }
  | { readonly is: "unreadable"; readonly because: string };

/** The linter reads 48 K characters; four bytes each at most, and one file of a hundred lines is 4 kB. */
const FILE_BYTES_MAX = 192 * 1024;

export interface ConfigFile {
  /** Looks at the file, and reads it again where it changed. Never rejects. */
  check(): Promise<ConfigFacts>;
}

/** Watches one configuration file by looking at it when asked: no watcher survives an editor that replaces the file. */
export function createConfigFile(path: string): ConfigFile {
  let known: { readonly mark: string; readonly facts: ConfigFacts } | null = null;

  async function look(file: FileHandle): Promise<ConfigFacts> {
    const { size, mtimeMs, ino } = await file.stat();
    const mark = `${ino} ${size} ${mtimeMs}`;
    if (known?.mark === mark) return known.facts;
    if (size > FILE_BYTES_MAX) return { is: "unreadable", because: "size" };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_BYTES_MAX), 0, FILE_BYTES_MAX, 0);
    const findings = lintRoadRunner(buffer.toString("utf8", 0, bytesRead), { roadRunner: null, rabbit: null });
    const facts: ConfigFacts = { is: "read", changedMs: Math.round(mtimeMs), findings: findings.map(withoutSecrets) };
    known = { mark, facts };
    return facts;
  }

  async function check(): Promise<ConfigFacts> {
    let file: FileHandle | null = null;
    try {
      // Not to be held up by a pipe nobody writes to.
      file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!(await file.stat()).isFile()) return { is: "unreadable", because: "kind" };
      return await look(file);
    } catch (error) {
      const code = errorCode(error) ?? "unknown";
      return code === "ENOENT" || code === "ENOTDIR" ? { is: "missing" } : { is: "unreadable", because: code };
    } finally {
      await file?.close();
    }
  }

  return { check };
}

/** Fragments quote addresses, and addresses carry passwords, a "/" or an "@" in them included. */
const clean = (text: string): string => text.replace(/:\/\/[^\s"']*@/g, "://***@");

function withoutSecrets({ text, fix, ...finding }: LintFinding): LintFinding {
  const values = Object.entries(text.values).map(([name, value]) => [
    name,
    typeof value === "string" ? clean(value) : value,
  ]);
  return { ...finding, text: { key: text.key, values: Object.fromEntries(values) }, fix: fix && clean(fix) };
}
