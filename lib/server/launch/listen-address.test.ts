import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { listenAddress } from "@/lib/server/launch/listen-address.mjs";

describe("the listen address", () => {
  test.each([
    ["without a setting", {}, "0.0.0.0"],
    ["with an empty HOSTNAME", { HOSTNAME: "" }, "0.0.0.0"],
    ["with the machine's name in HOSTNAME", { HOSTNAME: hostname() }, "0.0.0.0"],
    ["with the name of a pod in HOSTNAME", { HOSTNAME: "worker-7" }, "0.0.0.0"],
    ["with an IPv4 address in HOSTNAME", { HOSTNAME: "127.0.0.1" }, "127.0.0.1"],
    ["with an IPv6 address in HOSTNAME", { HOSTNAME: "::" }, "::"],
    ["with localhost in HOSTNAME", { HOSTNAME: "localhost" }, "localhost"],
    ["with LASTBEAT_HOST beside HOSTNAME", { LASTBEAT_HOST: "10.0.0.5", HOSTNAME: "worker-7" }, "10.0.0.5"],
    ["with a name in LASTBEAT_HOST", { LASTBEAT_HOST: "worker-7" }, "worker-7"],
  ])("%s", (_, env, expected) => expect(listenAddress(env)).toBe(expected));
});
