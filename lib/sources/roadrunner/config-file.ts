import "server-only";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errorCode } from "@/lib/sources/jobs/error-code";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { consumedBy, lintRoadRunner } from "@/lib/sources/roadrunner/lint/lint";

/**
 * The `.rr.yaml` of a source, as it was last read. `unreadable` has the system's error code, such as EACCES, or `size` for a
 * file that is too large and `kind` for anything but a file. Findings contain no password of a URL.
 */
export type ConfigFacts =
  | {
      readonly is: "read";
      readonly changedMs: number;
      readonly findings: readonly LintFinding[];
      /** The pipelines that it says to consume. */
      readonly consumes: readonly string[];
    }
  | { readonly is: "missing" }
  | { readonly is: "unreadable"; readonly because: string };

/** The linter reads 128 K characters; RoadRunner's own reference file has 65,635, and almost all of them are ASCII. */
const FILE_BYTES_MAX = 256 * 1024;

export interface ConfigFile {
  /** Checks the file, and reads it again if it changed. Never rejects. */
  check(): Promise<ConfigFacts>;
}

/** Reads one configuration file on demand: a file watcher would not survive an editor that replaces the file. */
export function createConfigFile(path: string): ConfigFile {
  let cached: { readonly version: string; readonly facts: ConfigFacts } | null = null;

  async function read(file: FileHandle): Promise<ConfigFacts> {
    const { size, mtimeMs, ino } = await file.stat();
    const version = `${ino} ${size} ${mtimeMs}`;
    if (cached?.version === version) return cached.facts;
    if (size > FILE_BYTES_MAX) return { is: "unreadable", because: "size" };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_BYTES_MAX), 0, FILE_BYTES_MAX, 0);
    const text = buffer.toString("utf8", 0, bytesRead);
    const findings = lintRoadRunner(text, { roadRunner: null, rabbit: null }).map(withoutSecrets);
    const facts: ConfigFacts = { is: "read", changedMs: Math.round(mtimeMs), findings, consumes: consumedBy(text) };
    cached = { version, facts };
    return facts;
  }

  async function check(): Promise<ConfigFacts> {
    let file: FileHandle | null = null;
    try {
      // Does not block on a pipe without a writer.
      file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!(await file.stat()).isFile()) return { is: "unreadable", because: "kind" };
      return await read(file);
    } catch (error) {
      const code = errorCode(error) ?? "unknown";
      return code === "ENOENT" || code === "ENOTDIR" ? { is: "missing" } : { is: "unreadable", because: code };
    } finally {
      await file?.close();
    }
  }

  return { check };
}

/** Fragments quote addresses, and addresses contain passwords, which may contain a "/" or an "@". */
const redacted = (text: string): string =>
  text.replace(/[^\s"']+/g, (word) => {
    const begin = word.indexOf("://");
    const end = begin < 0 ? -1 : word.lastIndexOf("@");
    return end < begin + "://".length ? word : `${word.slice(0, begin)}://***${word.slice(end)}`;
  });

function withoutSecrets({ text, fix, ...finding }: LintFinding): LintFinding {
  const values = Object.entries(text.values).map(([name, value]) => [
    name,
    typeof value === "string" ? redacted(value) : value,
  ]);
  return { ...finding, text: { key: text.key, values: Object.fromEntries(values) }, fix: fix && redacted(fix) };
}
