import { describe, expect, test } from "vitest";
import { firstForwarded } from "@/lib/base/http/forwarded";
import { requestTo } from "@/lib/server/api/api.testing";
import { originObjection } from "@/lib/server/api/same-origin";

type Headers = Readonly<Record<string, string>>;
const objection = (headers: Headers, method = "POST") => originObjection(requestTo("/api/v1/x", { method, headers }));
const PAGE = "https://lb.example";
const INNER = "127.0.0.1:3000";

test.each([
  ["GET", true],
  ["HEAD", true],
  ["POST", false],
  ["PUT", false],
  ["DELETE", false],
])("%s from another site counts as safe: %s", (method, expected) => {
  expect(objection({ origin: "https://evil.test" }, method) === null).toBe(expected);
});

describe("a write from our own page is allowed", () => {
  test.each<[string, Headers]>([
    ["without a proxy", { origin: "http://lb.example:3000", host: "lb.example:3000" }],
    ["nginx with proxy_set_header Host $host", { origin: PAGE, host: "lb.example" }],
    ["nginx with Host $http_host on another port", { origin: `${PAGE}:8443`, host: "lb.example:8443" }],
    [
      "nginx with Host $host and X-Forwarded-Port $server_port",
      { origin: `${PAGE}:8443`, host: "lb.example", "x-forwarded-port": "8443" },
    ],
    [
      "nginx with plain proxy_pass: the browser says so",
      { origin: PAGE, host: INNER, "sec-fetch-site": "same-origin" },
    ],
    ["Host with the default port", { origin: PAGE, host: "lb.example:443" }],
    ["Host with the default port of http", { origin: "http://lb.example", host: "lb.example:80" }],
    ["Host in upper case", { origin: PAGE, host: "LB.example" }],
    ["X-Forwarded-Host with the default port", { origin: PAGE, host: INNER, "x-forwarded-host": "lb.example:443" }],
    [
      "Traefik",
      {
        origin: PAGE,
        host: "lb.example",
        "x-forwarded-host": "lb.example",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
      },
    ],
    ["Caddy", { origin: `${PAGE}:8443`, host: "lb.example:8443", "x-forwarded-host": "lb.example:8443" }],
    ["Apache with ProxyPass", { origin: PAGE, host: INNER, "x-forwarded-host": "lb.example" }],
    ["two proxies", { origin: PAGE, host: INNER, "x-forwarded-host": "lb.example, inner:8080" }],
    [
      "a port of a container",
      { origin: PAGE, host: "lb.example", "x-forwarded-port": "8080", "x-forwarded-proto": "https" },
    ],
    ["IPv6", { origin: "http://[::1]:3000", host: "[::1]:3000" }],
  ])("%s", (_, headers) => expect(objection(headers)).toBeNull());
});

describe("a write from another page is refused, and the detail names the header", () => {
  const WITHOUT = "Host names another; a proxy in front must send X-Forwarded-Host with the host and port of the page";
  const WRONG = "X-Forwarded-Host names another host or port";
  test.each<[string, Headers, string]>([
    ["plain proxy_pass in an older browser", { origin: PAGE, host: INNER }, `from lb.example, and ${WITHOUT}`],
    ["the same as Next passes it on", { origin: PAGE, host: INNER, "x-forwarded-host": INNER }, WITHOUT],
    ["Host without its port", { origin: `${PAGE}:8443`, host: "lb.example" }, `from lb.example:8443, and ${WITHOUT}`],
    ["X-Forwarded-Host without its port", { origin: `${PAGE}:8443`, "x-forwarded-host": "lb.example" }, WRONG],
    ["the last proxy alone", { origin: PAGE, "x-forwarded-host": "inner, lb.example" }, WRONG],
    ["another site", { origin: "https://evil.test", host: "lb.example", "sec-fetch-site": "cross-site" }, WITHOUT],
    ["another port", { origin: `${PAGE}:81`, host: "lb.example", "sec-fetch-site": "same-site" }, WITHOUT],
    ["a host that is no host", { origin: PAGE, host: "a b" }, WITHOUT],
    ["an opaque origin", { origin: "null", host: "lb.example" }, "from an opaque origin"],
  ])("%s", (_, headers, detail) => expect(objection(headers)).toContain(detail));
});

test.each([
  [null, null],
  ["", null],
  ["https", "https"],
  ["https, http", "https"],
  [" https ,http", "https"],
])("the first item of %s is %s", (list, first) => expect(firstForwarded(list)).toBe(first));
