import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createAuthority } from "@/lib/base/tls/authority.testing";
import { InvalidConfig, readConfig } from "@/lib/config/read-config";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lastbeat-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a rule of the file has its path", () => {
  const path = join(folder, "watch.yaml");
  writeFileSync(
    path,
    "rules: [{ id: a, signal: queue.ready, warning: 1 }, { id: b, signal: queue.ready, warning: 1 }]",
  );
  expect(readConfig({ LASTBEAT_CONFIG: path }).rules.map((rule) => rule.path)).toEqual([
    "watch.yaml: rules[0]",
    "watch.yaml: rules[1]",
  ]);
});

describe("the environment", () => {
  test("a broker and a webhook need no file", () => {
    const config = readConfig({ LASTBEAT_BROKER_URL: "http://u:p@127.0.0.1:15672", LASTBEAT_WEBHOOK_URL: "http://x" });
    expect(config.brokers.map((broker) => [broker.id, broker.pollSeconds])).toEqual([["main", 5]]);
    expect(config.webhooks.map(({ id, format }) => [id, format])).toEqual([["main", "standard"]]);
  });

  test("a secret comes from a variable or from a file, not from both", () => {
    const path = join(folder, "token");
    writeFileSync(path, "a-token-of-some-length\n");
    expect(readConfig({ LASTBEAT_API_TOKEN_FILE: path }).apiToken).toBe("a-token-of-some-length");
    expect(() => readConfig({ LASTBEAT_API_TOKEN_FILE: path, LASTBEAT_API_TOKEN: "x".repeat(20) })).toThrow(
      InvalidConfig,
    );
  });

  test("a variable that the file names comes from the environment, or from the file that it names", () => {
    const path = join(folder, "named.yaml");
    writeFileSync(path, 'brokers: [{ id: a, managementUrl: "http://u:${RABBIT_PASSWORD}@127.0.0.1:15672" }]');
    const secret = join(folder, "rabbit-password");
    writeFileSync(secret, "pass-of-file\n");
    const urlOf = (env: Record<string, string>) =>
      readConfig({ LASTBEAT_CONFIG: path, ...env }).brokers[0]?.managementUrl;
    expect(urlOf({ RABBIT_PASSWORD_FILE: secret })).toContain("u:pass-of-file@");
    expect(urlOf({ RABBIT_PASSWORD_FILE: secret, RABBIT_PASSWORD: "direct" })).toContain("u:direct@");
    expect(() => urlOf({ RABBIT_PASSWORD_FILE: join(folder, "none") })).toThrow(
      /^ {2}RABBIT_PASSWORD_FILE: the file cannot be read$/,
    );
    expect(() => urlOf({})).toThrow("the environment has no RABBIT_PASSWORD");
  });

  test("the faults of the environment and of the file are listed together", () => {
    const path = join(folder, "lastbeat.yaml");
    writeFileSync(path, "brokers: [{ id: a, managementUrl: nowhere }]");
    const env = {
      LASTBEAT_CONFIG: path,
      LASTBEAT_LOG_LEVEL: "loud",
      LASTBEAT_API_TOKEN: "short",
      DATABASE_URL: "mysql://x",
    };
    const paths = (() => {
      try {
        readConfig(env);
      } catch (error) {
        if (error instanceof InvalidConfig) return error.faults.map((fault) => fault.path);
      }
      return [];
    })();
    expect(paths.sort()).toEqual([
      "DATABASE_URL",
      "LASTBEAT_API_TOKEN",
      "LASTBEAT_LOG_LEVEL",
      "brokers[0].managementUrl",
    ]);
  });

  test.each(["100%", "12/34", "p@ss"])(
    "the password %s in DATABASE_URL is a fault that does not show it",
    (password) => {
      const read = () => readConfig({ DATABASE_URL: `postgres://lastbeat:${password}@127.0.0.1/lastbeat` });
      expect(read).toThrow(/DATABASE_URL: percent-encode/);
      expect(read).not.toThrow(password);
      expect(() => readConfig({ DATABASE_URL: "postgres://lastbeat:p%25@/d?host=/run" })).not.toThrow();
    },
  );

  test("a broker's bearer token comes from the environment or from a file", () => {
    const LASTBEAT_BROKER_URL = "http://127.0.0.1:15672";
    const path = join(folder, "token");
    writeFileSync(path, "t0ken.a-b_c\n");
    const ofFile = readConfig({ LASTBEAT_BROKER_URL, LASTBEAT_BROKER_TOKEN_FILE: path });
    expect(ofFile.brokers).toMatchObject([{ id: "main", managementToken: "t0ken.a-b_c", managementTokenFile: path }]);
    const file = join(folder, "token.yaml");
    writeFileSync(file, `brokers: [{ id: a, managementUrl: "http://x", managementToken: "\${TOKEN}" }]`);
    expect(readConfig({ LASTBEAT_CONFIG: file, TOKEN: "t" }).brokers[0]?.managementToken).toBe("t");
  });

  test("a broker's bearer token may be in a file beside lastbeat.yaml", () => {
    const file = join(folder, "lastbeat.yaml");
    const read = (broker: string) => {
      writeFileSync(file, `brokers: [{ id: a, managementUrl: "http://x", ${broker} }]`);
      return readConfig({ LASTBEAT_CONFIG: file });
    };
    writeFileSync(join(folder, "token"), "t0ken\n");
    expect(read("managementTokenFile: token").brokers).toMatchObject([{ managementTokenFile: join(folder, "token") }]);
    expect(() => read("managementTokenFile: none")).toThrow("brokers[0].managementTokenFile: the file cannot be read");
    expect(() => read("managementTokenFile: token, managementToken: t")).toThrow("set either managementToken or");
    writeFileSync(join(folder, "token"), "m4rk3d token");
    expect(() => read("managementTokenFile: token")).toThrow(/managementTokenFile: the file holds no bearer token$/);
  });

  test.each([
    ["with a blank", { LASTBEAT_BROKER_URL: "http://x", LASTBEAT_BROKER_TOKEN: "m4rk3d token" }],
    ["without a broker", { LASTBEAT_BROKER_TOKEN: "m4rk3d" }],
  ])("a bearer token %s is a fault that does not show it", (_, env) => {
    expect(() => readConfig(env)).toThrow(/^ {2}LASTBEAT_BROKER_TOKEN: (?!.*m4rk3d)/);
  });

  test("the authorities of the environment and of the file are both trusted, by absolute paths", () => {
    const authority = createAuthority();
    onTestFinished(authority.remove);
    copyFileSync(authority.caFile, join(folder, "own.pem"));
    const { certFile, keyFile } = authority.issue(["lastbeat"]);
    const file = join(folder, "lastbeat.yaml");
    const broker = `{ id: a, managementUrl: "https://x", caFile: own.pem, certFile: ${certFile}, keyFile: ${keyFile} }`;
    writeFileSync(
      file,
      `caFile: own.pem\nbrokers: [${broker}]\nwebhooks: [{ id: w, url: "https://x", caFile: own.pem }]`,
    );
    const config = readConfig({ LASTBEAT_CONFIG: file, LASTBEAT_CA_FILE: authority.caFile });
    expect(config.caFiles).toEqual([authority.caFile, join(folder, "own.pem")]);
    expect(config.brokers).toMatchObject([{ caFile: join(folder, "own.pem"), certFile, keyFile }]);
    expect(config.webhooks).toMatchObject([{ caFile: join(folder, "own.pem") }]);
  });

  test("files of certificates that cannot be used are faults with their paths", () => {
    writeFileSync(join(folder, "empty.pem"), "");
    writeFileSync(join(folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nbTRyazNk\n-----END CERTIFICATE-----\n");
    const file = join(folder, "lastbeat.yaml");
    writeFileSync(
      file,
      `
brokers: [{ id: a, managementUrl: "https://x", caFile: missing.pem, keyFile: broken.pem }]
sources: [{ id: s, kind: river, databaseUrl: "postgres://x/y", caFile: empty.pem }]
heartbeats: [{ id: h, url: "https://x", caFile: broken.pem }]
`,
    );
    expect(() => readConfig({ LASTBEAT_CONFIG: file, LASTBEAT_CA_FILE: join(folder, "empty.pem") })).toThrow(
      [
        "  brokers[0].caFile: the file cannot be read",
        "  brokers[0].keyFile: the file is not in PEM format",
        "  brokers[0].certFile: certFile and keyFile need each other",
        "  sources[0].caFile: the file holds no certificate in PEM format",
        "  heartbeats[0].caFile: the file is not in PEM format",
        "  LASTBEAT_CA_FILE: the file holds no certificate in PEM format",
      ].join("\n"),
    );
  });

  test(".env.example is a valid environment and lists every variable", () => {
    const text = readFileSync(".env.example", "utf8");
    const env = Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    expect(() => readConfig({ ...env, LASTBEAT_CONFIG: undefined })).not.toThrow();
    const read = readFileSync("lib/config/read-config.ts", "utf8").matchAll(
      /"((?:LASTBEAT_|DATABASE_)[A-Z_]+)"|env\.((?:LASTBEAT_)[A-Z_]+)/g,
    );
    for (const [, quoted, dotted] of read) expect(text).toContain(`${quoted ?? dotted}=`);
  });
});
