import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createConfigFile } from "@/lib/sources/roadrunner/config-file";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "lastbeat-rr-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const CONFIG = (heartbeat: string) => `version: "3"
amqp:
  addr: amqp://guest:pa/ss@s3cret@127.0.0.1:5672/
${heartbeat}jobs:
  consume: []
`;

test("a file is checked when it changes, and its password is never returned", async () => {
  const path = join(dir, ".rr.yaml");
  const file = createConfigFile(path);
  const summary = async () => {
    const facts = await file.check();
    expect(JSON.stringify(facts)).not.toMatch(/s3cret|pa\/ss/);
    return facts.is === "read" ? facts.findings.map(({ id, line }) => `${id}:${line}`) : facts.is;
  };
  expect(await summary()).toBe("missing");
  writeFileSync(path, CONFIG(""));
  expect(await summary()).toEqual([]);
  expect(await file.check()).toBe(await file.check());
  // Like an editor: another file under the same name, here of the same size.
  writeFileSync(`${path}.new`, CONFIG("  heartbeat: 30s\n"));
  renameSync(`${path}.new`, path);
  expect(await summary()).toEqual(["RR05:4"]);
  rmSync(path);
  expect(await summary()).toBe("missing");
});

test.each<[string, (path: string) => void, string]>([
  ["a file that is too large", (path) => writeFileSync(path, "#".repeat(300_000)), "size"],
  ["a directory", (path) => mkdirSync(path), "kind"],
  ["a device", (path) => symlinkSync("/dev/null", path), "kind"],
])("%s is unreadable", async (name, make, because) => {
  const path = join(dir, name);
  make(path);
  expect(await createConfigFile(path).check()).toEqual({ is: "unreadable", because });
});

test("the pipelines to consume are read, but for those of the environment", async () => {
  const path = join(dir, "consume.yaml");
  const consumes = async (list: string) => {
    writeFileSync(path, `jobs:\n  consume: ${list}\n`);
    const facts = await createConfigFile(path).check();
    return facts.is === "read" ? facts.consumes : facts;
  };
  expect(await consumes('[mails, "${QUEUE}", 7]')).toEqual(["mails"]);
  expect(await consumes('"${QUEUES}"')).toEqual([]);
  expect(await consumes("[mails")).toEqual([]);
});

test("a file as long as RoadRunner's reference, 65,635 characters, is read", async () => {
  const path = join(dir, "reference.yaml");
  writeFileSync(path, `${"# a comment of the reference file\n".repeat(2_000)}jobs:\n  consume: []\n`);
  expect(await createConfigFile(path).check()).toMatchObject({ is: "read", findings: [] });
});

test("a path through something that is no directory is a missing file", async () => {
  writeFileSync(join(dir, "plain"), "");
  expect(await createConfigFile(join(dir, "plain", "rr.yaml")).check()).toEqual({ is: "missing" });
});
