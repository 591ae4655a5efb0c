import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Top to bottom: a folder imports values only from folders above it. A group (first level) stands together; a folder of a
 * group that is listed by itself has its own place in it. A new folder must be given its place here.
 */
const ORDER = [
  "base/time",
  "base/concurrency",
  "base/patterns",
  "base/signals",
  "base/messages",
  "base/errors",
  "base/log",
  "base/tls",
  "base/http",
  "base/postgres",
  "rabbitmq/api",
  "rabbitmq/events",
  "rabbitmq/heartbeats",
  "rabbitmq/sessions",
  "rabbitmq/clients",
  "rabbitmq/queues",
  "sources/jobs",
  "sources/adapters",
  "sources/redis",
  "sources/mysql",
  "sources/reading",
  "sources/runners",
  "sources/roadrunner",
  "sources/faststream",
  "alerts/matchers",
  "alerts/model",
  "alerts/rules",
  "alerts/catalogue",
  "alerts/text",
  "alerts/engine",
  "alerts/incidents",
  "alerts/backtest",
  "notifications/decide",
  "notifications/formats",
  "notifications/delivery",
  "config",
  "storage",
  "access/auth",
  "access/embeds",
  "collector",
  "views",
  "server/commands",
  "server/api",
  "server/launch",
];
/** What the browser may never reach, whatever it imports. */
const EDGE = ["config", "base/log", "base/tls", "base/postgres", "storage", "access/auth", "collector", "server"];
const APP_MAY = [
  "components",
  "lib/views",
  "lib/server/commands",
  "lib/server/api",
  "lib/access/embeds",
  "lib/base/messages",
  "lib/alerts/catalogue",
  "lib/storage",
  "lib/base/signals",
  "lib/base/errors",
  "lib/base/http/base-path",
  "lib/collector/runtime",
  "lib/collector/start",
];

const ROOT = resolve(import.meta.dirname, "..");

interface Import {
  readonly from: string;
  readonly value: boolean;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const isTest = (path: string): boolean => /\.(test|testing|bench)\.tsx?$/.test(path);
const isServerOnly = (file: SourceFile): boolean => file.text.startsWith('import "server-only";');

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, kind, named, from] of text.matchAll(
    /^(?:import|export)\s+(type\s+)?([^"';]*?\bfrom\s+)?"([^"]+)";?$/gm,
  )) {
    if (from === undefined) continue;
    const target = from.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(path), from)) : from.replace(/^@\//, "");
    const onlyTypes = kind !== undefined || (named !== undefined && /^\{(\s*type [^,}]+,?)+\s*\}/.test(named.trim()));
    found.push({ from: target, value: !onlyTypes });
  }
  return found;
}

function read(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: ROOT }).map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return { path, text, imports: importsOf(path, text) };
  });
}

const code = (pattern: string): SourceFile[] => read(pattern).filter((file) => !isTest(file.path));
/** The listed folder a file is in; null outside lib, or where no listed folder holds it. */
const folderOf = (path: string): string | null => ORDER.find((folder) => path.startsWith(`lib/${folder}/`)) ?? null;
const isEdge = (path: string): boolean => EDGE.some((folder) => path.startsWith(`lib/${folder}/`));

/** Each law: (file, its server-only twin look-up) → what is wrong with it. */
type Law = (file: SourceFile, serverOnly: (path: string) => boolean) => readonly string[];

const below = (file: SourceFile): readonly Import[] => {
  const own = ORDER.indexOf(folderOf(file.path) ?? "");
  return file.imports.filter(({ from }) => folderOf(from) !== null && ORDER.indexOf(folderOf(from) ?? "") > own);
};

const noImportDown: Law = (file) =>
  below(file)
    .filter(({ value }) => value)
    .map(({ from }) => `imports ${from}, which is below it`);

const noTypeDown: Law = (file) =>
  below(file)
    .filter(({ value }) => !value)
    .map(({ from }) => `imports a type of ${from}, which is below it`);

const pureImports: Law = (file, serverOnly) => {
  if (isServerOnly(file)) return [];
  return file.imports
    .filter(
      ({ from, value }) =>
        value && (/^(node:|next\/|pg$|kysely$|pg-boss|undici$|pino$)/.test(from) || serverOnly(from)),
    )
    .map(({ from }) => `is pure and imports ${from}`);
};

/** The build replaces `process.env` in it by a constant. */
const BUILD_CONSTANTS = ["lib/base/http/base-path.ts"];

const pureOfTheWorld: Law = (file) => {
  if (isServerOnly(file) || BUILD_CONSTANTS.includes(file.path)) return [];
  const bare = file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  return [/\bDate\.now\(/, /\bnew Date\(\)/, /\bMath\.random\(/, /\bprocess\.env\b/]
    .filter((forbidden) => forbidden.test(bare))
    .map((forbidden) => `is pure and reads ${forbidden.source}`);
};

const browserStaysOut: Law = (file, serverOnly) =>
  file.imports
    .filter(({ from, value }) => value && (isEdge(from) || serverOnly(from)))
    .map(({ from }) => `runs in the browser and imports ${from}`);

const oneDoor: Law = (file) =>
  /\bfetch\(|XMLHttpRequest/.test(file.text) ? ["asks the network past lib/views/request"] : [];

/** Those that hold the whole runtime: where it is made, and what passes its parts on to each request. */
const COMPOSITION_ROOT = ["lib/collector/runtime.ts", "lib/collector/start.ts", "lib/server/api/route.ts"];

const partsOfTheRuntime: Law = (file) => {
  if (COMPOSITION_ROOT.includes(file.path)) return [];
  const bare = file.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|^import [^;]*;$/gm, "");
  return /(?<!Pick<\s*)\bRuntime\b(?!\[")/.test(bare) ? ["takes the whole runtime, not a Pick of it"] : [];
};

const thinApp: Law = (file) =>
  file.imports
    .filter(
      ({ from, value }) => value && /^(lib|components)\//.test(from) && !APP_MAY.some((may) => from.startsWith(may)),
    )
    .map(({ from }) => `is a page or route and reaches down to ${from}`);

/** Groups of files that import values from each other in a circle (Tarjan's strongly connected components). */
function valueCycles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const byName = new Map(files.map((file) => [file.path.replace(/\.tsx?$/, ""), file]));
  const order = new Map<string, { readonly index: number; low: number }>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (name: string): { readonly index: number; low: number } => {
    const own = { index: order.size, low: order.size };
    order.set(name, own);
    stack.push(name);
    for (const { from, value } of byName.get(name)?.imports ?? []) {
      if (!value || !byName.has(from)) continue;
      if (!order.has(from)) own.low = Math.min(own.low, visit(from).low);
      else if (stack.includes(from)) own.low = Math.min(own.low, order.get(from)?.index ?? own.low);
    }
    if (own.low === own.index) {
      const members = stack.splice(stack.indexOf(name));
      if (members.length > 1) cycles.push(members.sort());
    }
    return own;
  };
  for (const name of byName.keys()) if (!order.has(name)) visit(name);
  return cycles;
}

const serverOnlyFiles: ReadonlySet<string> = new Set(
  read("lib/**/*.ts")
    .filter(isServerOnly)
    .map((file) => file.path.replace(/\.tsx?$/, "")),
);

function broken(files: readonly SourceFile[], law: Law): string[] {
  return files.flatMap((file) =>
    law(file, (path) => serverOnlyFiles.has(path)).map((fault) => `${file.path} ${fault}`),
  );
}

const lib = () => code("lib/**/*.ts").filter((file) => folderOf(file.path) !== null);
const pure = () => lib().filter((file) => !file.path.startsWith("lib/views/request"));
const browser = () => code("components/**/*.{ts,tsx}");
const app = () => code("app/**/*.{ts,tsx}");

describe("the arrows", () => {
  test("every folder of lib has its place in the list", () => {
    expect(code("lib/*/**/*.ts").filter(({ path }) => folderOf(path) === null)).toEqual([]);
  });
  test("a folder imports only folders above it", () => expect(broken(lib(), noImportDown)).toEqual([]));
  test("a folder imports types only from folders above it", () => expect(broken(lib(), noTypeDown)).toEqual([]));
  test("no files import values from each other in a circle", () =>
    expect(valueCycles([...lib(), ...browser(), ...app()])).toEqual([]));
  test("only the composition root takes the whole runtime", () =>
    expect(broken([...lib(), ...app()], partsOfTheRuntime)).toEqual([]));
  test("pure files import no driver and no server-only file", () => expect(broken(pure(), pureImports)).toEqual([]));
  test("pure files are told the time, chance and settings", () => expect(broken(pure(), pureOfTheWorld)).toEqual([]));
  test("the browser reaches no server code", () => expect(broken(browser(), browserStaysOut)).toEqual([]));
  test("the browser has one door to the network", () => expect(broken(browser(), oneDoor)).toEqual([]));
  test("pages and routes stay thin", () => expect(broken(app(), thinApp)).toEqual([]));
});

describe("each law fails on a planted violation", () => {
  const planted = (path: string, text: string): SourceFile => ({ path, text, imports: importsOf(path, text) });
  test.each<[string, Law, SourceFile]>([
    [
      "upwards",
      noImportDown,
      planted("lib/base/time/x.ts", 'import { a } from "@/lib/alerts/engine/evaluate-alerts";'),
    ],
    [
      "a value among types",
      noImportDown,
      planted("lib/base/time/x.ts", 'import { type A, a } from "@/lib/alerts/engine/evaluate-alerts";'),
    ],
    [
      "a type upwards",
      noTypeDown,
      planted("lib/base/time/x.ts", 'import type { A } from "@/lib/alerts/engine/evaluate-alerts";'),
    ],
    ["the whole runtime", partsOfTheRuntime, planted("lib/views/x.ts", "const read = (live: Runtime) => live;")],
    ["a driver", pureImports, planted("lib/alerts/engine/x.ts", 'import pg from "pg";')],
    [
      "the rim",
      pureImports,
      planted("lib/alerts/engine/x.ts", 'import { keepAlerts } from "@/lib/storage/alerts/alerts";'),
    ],
    ["the clock", pureOfTheWorld, planted("lib/alerts/engine/x.ts", "export const now = () => Date.now();")],
    ["server code", browserStaysOut, planted("components/x.tsx", 'import { runtime } from "@/lib/collector/runtime";')],
    ["a second door", oneDoor, planted("components/x.tsx", 'await fetch("/api");')],
    [
      "a thick route",
      thinApp,
      planted("app/x/route.ts", 'import { observe } from "@/lib/collector/broker/observe/observe";'),
    ],
  ])("%s", (_, law, file) => expect(broken([file], law)).toHaveLength(1));

  test("a circle of values; one that is closed by a type is none", () => {
    const circle = (last: string) =>
      valueCycles([
        planted("lib/base/time/a.ts", 'import { b } from "@/lib/base/time/b";'),
        planted("lib/base/time/b.ts", 'import { c } from "./c";'),
        planted("lib/base/time/c.ts", `${last} from "@/lib/base/time/a";`),
      ]);
    expect(circle("import { a }")).toEqual([["lib/base/time/a", "lib/base/time/b", "lib/base/time/c"]]);
    expect(circle("import type { A }")).toEqual([]);
  });
});
