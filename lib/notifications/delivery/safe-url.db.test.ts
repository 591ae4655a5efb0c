import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { mayReach, type Resolve, urlObjection } from "@/lib/notifications/delivery/safe-url";
import { send } from "@/lib/notifications/delivery/send";
import { anEvent, aWebhook } from "@/lib/notifications/delivery/webhooks.testing";

const NONE = { allowPrivate: false };
const PRIVATE_ALLOWED = { allowPrivate: true };

describe("a private address is refused without allowPrivate, and only then", () => {
  test.each([
    ["loopback", "http://127.0.0.1/"],
    ["loopback elsewhere", "http://127.255.0.9/"],
    ["a short form", "http://127.1/"],
    ["a shorter form", "http://10.1/"],
    ["decimal", "http://2130706433/"],
    ["hex", "http://0x7f000001/"],
    ["hex in parts", "http://0x7f.0x0.0x0.0x1/"],
    ["octal", "http://0177.0.0.1/"],
    ["octal with more zeros", "http://00000177.1/"],
    ["mixed", "http://0x7f.1/"],
    ["a trailing dot", "http://127.0.0.1./"],
    ["digits of IDN", "http://①②⑦.⓪.⓪.①/"],
    ["full-width digits", "http://１２７.０.０.１/"],
    ["ideographic dots", "http://127。0。0。1/"],
    ["percent-encoded", "http://%31%32%37.0.0.1/"],
    ["10/8", "http://10.1.2.3/"],
    ["172.16/12", "http://172.31.255.1/"],
    ["192.168/16", "http://192.168.1.1/"],
    ["CGNAT", "http://100.64.0.1/"],
    ["IPv6 loopback", "http://[::1]/"],
    ["IPv6 loopback in full", "http://[0:0:0:0:0:0:0:1]/"],
    ["IPv4-mapped", "http://[::ffff:127.0.0.1]/"],
    ["IPv4-mapped in hex", "http://[::ffff:7f00:1]/"],
    ["NAT64 of loopback", "http://[64:ff9b::7f00:1]/"],
    ["unique local", "http://[fd12:3456::1]/"],
    ["with a login before it", "http://hooks.example.com@127.0.0.1/"],
    ["with a backslash", "http://127.0.0.1\\@hooks.example.com/"],
  ])("%s: %s", (_, url) => {
    expect(renderReasonOrNull(urlObjection(url, NONE))).toContain("private or reserved");
    expect(urlObjection(url, PRIVATE_ALLOWED)).toBeNull();
  });
});

describe("refused even with allowPrivate", () => {
  test.each([
    ["this host", "http://0.0.0.0/"],
    ["this host, short", "http://0/"],
    ["this network", "http://0.1.2.3/"],
    ["link-local", "http://169.254.1.1/"],
    ["metadata of most clouds", "http://169.254.169.254/latest/meta-data"],
    ["metadata, decimal", "http://2852039166/"],
    ["metadata, octal", "http://0251.0376.0251.0376/"],
    ["metadata, mapped", "http://[::ffff:169.254.169.254]/"],
    ["metadata by NAT64", "http://[64:ff9b::a9fe:a9fe]/"],
    ["metadata of Azure", "http://168.63.129.16/"],
    ["metadata of Alibaba", "http://100.100.100.200/"],
    ["metadata of Oracle", "http://192.0.0.192/"],
    ["metadata of Amazon, IPv6", "http://[fd00:ec2::254]/"],
    ["metadata of Google, IPv6", "http://[fd20:ce::254]/"],
    ["benchmarks", "http://198.18.0.1/"],
    ["documents", "http://192.0.2.1/"],
    ["multicast", "http://224.0.0.1/"],
    ["reserved", "http://240.0.0.1/"],
    ["broadcast", "http://255.255.255.255/"],
    ["unspecified IPv6", "http://[::]/"],
    ["IPv4-compatible", "http://[::127.0.0.1]/"],
    ["IPv4-compatible of a public one", "http://[::93.184.216.34]/"],
    ["IPv4-translated", "http://[::ffff:0:7f00:1]/"],
    ["a local NAT64 prefix", "http://[64:ff9b:1::5db8:d822]/"],
    ["6to4", "http://[2002:7f00:1::]/"],
    ["Teredo", "http://[2001:0:7f00:1::1]/"],
    ["not allocated", "http://[4000::1]/"],
    ["link-local IPv6", "http://[fe80::1]/"],
    ["site-local IPv6", "http://[fec0::1]/"],
    ["multicast IPv6", "http://[ff02::1]/"],
    ["documents IPv6", "http://[2001:db8::1]/"],
    ["newer documents IPv6", "http://[3fff::1]/"],
    ["a zone", "http://[fe80::1%25eth0]/"],
    ["a zone on loopback", "http://[::1%25lo]/"],
    ["not http", "ftp://93.184.216.34/"],
    ["a file", "file:///etc/passwd"],
    ["a script", "javascript:0"],
    ["nothing", ""],
    ["no scheme", "//x"],
  ])("%s: %s", (_, url) => expect([urlObjection(url, PRIVATE_ALLOWED), urlObjection(url, NONE)]).not.toContain(null));
});

test.each([
  "http://93.184.216.34/",
  "https://[2606:2800:220:1::1]/",
  "http://[64:ff9b::5db8:d822]/",
  "https://hooks.example.com/x",
  "https://bücher.example/",
])("%s is not refused", (url) => expect(urlObjection(url, NONE)).toBeNull());

test.each(["hooks.example.com", "", "fe80::1%eth0", "::1%lo"])(
  "%j as an answer of a resolver is no public address",
  (address) => expect(mayReach(address, NONE)).toBe(false),
);

describe("a name", () => {
  let server: Server;
  let requests = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    requests = 0;
  });

  const LOOPBACK = "127.0.0.1";
  /** Resolves each request to the next of the answers. */
  function resolver(...answers: readonly (readonly string[])[]): {
    readonly resolve: Resolve;
    readonly requested: string[];
  } {
    const requested: string[] = [];
    const resolve: Resolve = async (hostname) => {
      requested.push(hostname);
      const list = answers[Math.min(requested.length, answers.length) - 1] ?? [];
      return list.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    };
    return { resolve, requested };
  }
  function post(hostname: string, resolve: Resolve, allowPrivate: boolean) {
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const webhook = { ...aWebhook(`http://${hostname}:${port}/`), allowPrivate };
    const options = { now: Date.now, signal: new AbortController().signal, timeoutMs: 300, resolve };
    return send(webhook, { id: "msg_1", event: anEvent }, options);
  }

  test.each<[string, string, string[]]>([
    ["of a private address", "hooks.example.com", [LOOPBACK]],
    ["of a public and a private one", "hooks.example.com", ["93.184.216.34", LOOPBACK]],
    ["of an IPv4-mapped one", "hooks.example.com", ["::ffff:127.0.0.1"]],
    ["of a zone", "hooks.example.com", ["fe80::1%lo"]],
    ["of no address", "hooks.example.com", []],
    ["with a trailing dot", "localhost.", [LOOPBACK]],
    ["of IDN", "ｌｏｃａｌｈｏｓｔ", [LOOPBACK]],
    ["of metadata", "metadata.google.internal", ["169.254.169.254"]],
  ])("%s is not connected to", async (_, hostname, addresses) => {
    const { resolve } = resolver(addresses);
    expect(await post(hostname, resolve, false)).toMatchObject({ status: null, blocked: true });
    expect(requests).toBe(0);
  });

  test("of a private address is connected to with allowPrivate, of a metadata address it is not", async () => {
    expect(await post("hooks.example.com", resolver([LOOPBACK]).resolve, true)).toMatchObject({ accepted: true });
    expect(await post("hooks.example.com", resolver(["169.254.169.254"]).resolve, true)).toMatchObject({
      blocked: true,
    });
    expect(requests).toBe(1);
  });

  test("that resolves differently the second time is resolved once, and the first address is connected to", async () => {
    const rebinding = resolver(["93.184.216.34"], [LOOPBACK]);
    const first = await post("rebind.example.com", rebinding.resolve, false);
    expect([first.accepted, first.blocked, rebinding.requested.length]).toEqual([false, false, 1]);
    expect(await post("rebind.example.com", rebinding.resolve, false)).toMatchObject({ blocked: true });
    expect(requests).toBe(0);
  });
});
