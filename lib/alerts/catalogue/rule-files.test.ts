import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUILT_IN_RULE_IDS } from "@/lib/alerts/catalogue/catalogue";

const ROOT = join(import.meta.dirname, "../../..");
const FILES = globSync("{lib,components,app}/**/*.{ts,tsx}", { cwd: ROOT })
  .filter((path) => !/\.(test|testing|bench)\.tsx?$/.test(path))
  // Invented examples for the pictures of the gallery.
  .filter((path) => !path.startsWith("components/gallery/"))
  // The keys of signals are their names with dashes, and some rules are named like their signal.
  .filter((path) => !/^lib\/base\/messages\/[^/]+\/signals\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

/** The module, the texts and the registry. */
const FILES_MAX = 3;

const RULES = /^lib\/(alerts|base\/messages)\/rules\//;

/** Lines of the overview that are drawn from the state of a client, a source or a runner have kinds of their own in the API. */
const STATE_LINES =
  /^(lib\/views\/overview\/(schema|verdict|clauses|broker-lines|activity-lines)\.ts|lib\/views\/clients\/trouble\.ts|components\/overview\/line\.tsx)$/;
/** What an application reports of itself, beside the rule that reports it. */
const APPLICATION = /^components\/jobs\/source-verdict\.tsx$/;

/** Ids that are words of the API as well, and where these are written. */
const ALSO: Readonly<Record<string, RegExp>> = {
  "application-publish-failing": APPLICATION,
  "application-redialing": APPLICATION,
  "client-blocked": STATE_LINES,
  // The chart of reconnects names the rule whose thresholds it draws.
  "client-flapping": new RegExp(`${STATE_LINES.source}|^components/clients/reconnects\\.tsx$`),
  // An example in a comment.
  "client-lost": new RegExp(`${STATE_LINES.source}|^lib/notifications/decide/group\\.ts$`),
  "client-not-consuming": STATE_LINES,
  "client-publish-silent": STATE_LINES,
  "clients-not-back": STATE_LINES,
  // The reason of an ended session.
  "node-down": /^lib\/(rabbitmq|views\/clients|base\/messages)\//,
  "pipeline-broken": APPLICATION,
  // A panel.
  "retry-backlog": /^(components|lib\/views|lib\/access\/embeds|lib\/base\/messages)\//,
  "runner-silent": STATE_LINES,
  "subscriber-publish-silent": APPLICATION,
};

test.each(BUILT_IN_RULE_IDS)("%s is named in its module, its texts and their registries only", (id) => {
  const word = new RegExp(`(?<![\\w-])${id}(?![\\w-])`);
  const naming = FILES.filter(({ path, text }) => word.test(text) || path.endsWith(`/${id}.ts`)).map(
    ({ path }) => path,
  );
  const own = naming.filter((path) => path.endsWith(`/rules/${id}.ts`) || path.endsWith("/rules/registry.ts"));
  expect(own.length).toBeLessThanOrEqual(FILES_MAX);
  // A rule that mutes another, or whose texts refer to it, names it.
  const others = naming.filter((path) => !own.includes(path) && !RULES.test(path));
  expect(others.filter((path) => !ALSO[id]?.test(path))).toEqual([]);
});
