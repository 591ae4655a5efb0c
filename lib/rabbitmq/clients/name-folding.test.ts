import { describe, expect, test } from "vitest";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import { DEFAULT_FOLDING_RULE_IDS, FOLDING_RULE_IDS, foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import { foldName, foldQueues, foldUser } from "@/lib/rabbitmq/clients/name-folding";
import { compileStrip } from "@/lib/rabbitmq/clients/strip-pattern";

const SHIPPED = foldingRules(DEFAULT_FOLDING_RULE_IDS);
const ALL = foldingRules(FOLDING_RULE_IDS);
const UUID = "3f2c0d9a-1b2c-4d3e-8f90-a1b2c3d4e5f6";
const HEX = UUID.replaceAll("-", "");

describe("parts of connection names that change are folded", () => {
  test.each([
    ["Spring AMQP", "rabbitConnectionFactory#6b1274d2:0", "rabbitConnectionFactory"],
    ["Spring AMQP, a later connection", "rabbitConnectionFactory#6b1274d2:117", "rabbitConnectionFactory"],
    ["Spring AMQP, its publishers", "rabbitConnectionFactory.publisher#1f2e:3", "rabbitConnectionFactory.publisher"],
    ["Spring AMQP without a bean name", "SpringAMQP#4e50df2e:0", "SpringAMQP"],
    ["Spring Boot", "orders#3", "orders"],
    ["Spring Boot, its publishers", "orders#3.publisher", "orders.publisher"],
    ["oslo.messaging", `nova-compute:4242:${UUID}`, "nova-compute"],
    ["a UUID", `orders-${UUID}`, "orders"],
    ["a UUID in capitals", `orders.${UUID.toUpperCase()}`, "orders"],
    ["a UUID without hyphens", `orders_${HEX}`, "orders"],
    ["a UUID in the middle", `orders-${UUID}-consumer`, "orders-consumer"],
    ["a UUID at the start", `${UUID}:orders`, "orders"],
    ["seconds since 1970", "importer-1732999999", "importer"],
    ["milliseconds since 1970", "importer_1732999999123", "importer"],
    ["time.time() of Python", "importer-1732999999.1234567", "importer"],
    ["a time of ISO 8601", "importer@2026-11-30T20:15:00.123Z", "importer"],
    ["a time in a file name", "importer-20261130T201500Z", "importer"],
    ["a time of fourteen digits", "importer.20261130201500", "importer"],
    ["a process id", "orders-pid4242", "orders"],
    ["a process id in brackets", "orders (pid 7)", "orders"],
    ["an outgoing port after an address", "orders@10.0.3.7:51234", "orders@10.0.3.7"],
    ["an outgoing port after a host", "orders@web-1.example.com:40312", "orders@web-1.example.com"],
    ["an outgoing port after an IPv6 address", "orders [2001:db8::7]:51234", "orders [2001:db8::7]"],
    ["a pod of a Deployment", "orders-7d9c5b6f8-x2k4z", "orders"],
    ["a pod of a Deployment, hash of ten", "orders-577c655bfc-dk8jb", "orders"],
    ["a pod and the connection in it", "orders-7d9c5b6f8-x2k4z/consumer", "orders/consumer"],
    ["a pod that counts its connections", "orders-7d9c5b6f8-x2k4z#2", "orders"],
    ["a pod of a CronJob", "nightly-29412345-x2k4z", "nightly"],
    [
      "a StatefulSet's pod by its DNS name",
      "orders-2.orders.shop.svc.cluster.local",
      "orders.orders.shop.svc.cluster.local",
    ],
    ["a container", "celery@3f2c0d9a1b2c", "celery"],
    ["a container and the connection in it", "orders@3f2c0d9a1b2c/publisher", "orders/publisher"],
  ])("%s: %s", (_, name, expected) => expect(foldName(name, SHIPPED).name).toBe(expected));
});

describe("names that do not change are not folded", () => {
  test.each([
    ["a StatefulSet's ordinal", "orders-0"],
    ["an ordinal or a number", "orders-2"],
    ["a numbered worker", "worker-10"],
    ["a version", "api-v2"],
    ["a region", "eu-west-1"],
    ["an instance of pm2", "shop_3"],
    ["a dyno", "worker.1"],
    ["a person's numbering", "worker #2"],
    ["a tenant", "tenant-104233"],
    ["NServiceBus", "Sales Publish"],
    ["a federation link", "Federation link (upstream: east, policy: orders)"],
    ["a shovel", "Shovel to-archive-2"],
    ["words like a pod's parts", "orders-returns-batch"],
    ["words like a generated suffix", "proxy-http2"],
    ["a date", "import-20261130-daily"],
    ["a version that is a date", "api-2026-11-30"],
    ["a telephone number", "sms-15551234567"],
    ["a port that listens", "orders:8080"],
    ["an address and a port that listens", "orders@10.0.3.7:5672"],
    ["a number as large as an outgoing port", "orders:51234"],
    ["a word that ends in pid", "rapid7"],
    ["a commit", "orders-6b1274d2"],
    ["the address of a device", "shellyplus1-a8032ab12345"],
    ["a host of twelve letters", "orders@deadbeefcafe"],
    ["a host name of Kubernetes without an ordinal", "orders.shop.svc.cluster.local"],
    ["a UUID alone", UUID],
    ["a counter alone", "#7"],
    ["a time alone", "1732999999"],
    ["a product that is called as its runtime", "node-exporter"],
  ])("%s: %s", (_, name) => expect(foldName(name, SHIPPED)).toEqual({ name, needsHost: false, parts: [] }));
});

describe("a name that says nothing about the application is none", () => {
  test.each([
    ["a process name", "dotnet"],
    ["a process name on Windows", "w3wp.exe"],
    ["a version of Python", "python3.12"],
    ["the JVM's process and host", "4242@web-1"],
    ["an address and an outgoing port", "10.0.3.7:51234"],
  ])("%s: %s", (_, name) => {
    const folded = foldName(name, SHIPPED);
    expect(folded.name).toBeNull();
    expect(folded.parts.map(({ text }) => text)).toEqual([name]);
  });
});

test("where only the name of the library or program is left, the host is needed as well", () => {
  const needsHost = (name: string) => foldName(name, SHIPPED).needsHost;
  expect(needsHost("rabbitConnectionFactory#6b1274d2:0")).toBe(true);
  expect(needsHost(`nova-compute:4242:${UUID}`)).toBe(true);
  expect(needsHost("orders#3")).toBe(false);
  expect(needsHost("orders-pid4242")).toBe(false);
  expect(needsHost("orders-7d9c5b6f8-x2k4z")).toBe(false);
});

describe("queues that live as long as a connection do not identify their consumer", () => {
  test.each([
    ["Celery", ["celery", "celery@w1.celery.pidbox", `celeryev.${UUID}`], ["celery"]],
    ["Celery's control replies", [`${UUID}.reply.celery.pidbox`], []],
    ["Celery's rpc:// results", [UUID], []],
    ["server-named", ["amq.gen-JzTY20BRgKO-HjmUJj0wLg", "mail"], ["mail"]],
    ["Direct Reply-to", ["amq.rabbitmq.reply-to", "mail"], ["mail"]],
    ["Spring's anonymous queue", ["spring.gen-1Rx9HOqvTAaHeeZrQWu8Pg"], []],
    ["Spring Cloud Stream without a group", ["input.anonymous.1Rx9HOqvTAaHeeZrQWu8Pg", "mail"], ["mail"]],
    ["EasyNetQ", [`easynetq.response.${UUID}`, "mail"], ["mail"]],
    ["Nameko", ["rpc-orders", `rpc.reply-orders-${UUID}`], ["rpc-orders"]],
    ["aio-pika", ["mail", "amq_0xf3a1b2c3d4e5f60718293a4b5c6d7e8f"], ["mail"]],
    ["MassTransit", ["submit-order", "DESKTOPTNOQ92E_DotnetMassTran_bus_kbdyyyfp5jkqd4a4bdqgqidibq"], ["submit-order"]],
    ["oslo.messaging", [`reply_${HEX}`, `compute_fanout_${HEX}`], ["compute_fanout"]],
    ["a queue for each pod", ["cache-7d9c5b6f8-x2k4z"], ["cache"]],
    ["names of people", ["celeryev", "replies", "reply_mail"], ["celeryev", "replies", "reply_mail"]],
    [
      "names in three parts",
      ["shop_orders_bus_kbdyyyfp5jkqd4a4bdqgqidib"],
      ["shop_orders_bus_kbdyyyfp5jkqd4a4bdqgqidib"],
    ],
  ])("%s", (_, queues, expected) => expect(foldQueues(queues, SHIPPED).queues).toEqual(expected));
});

describe("users of a lease", () => {
  test.each([
    ["Vault's RabbitMQ engine", `approle-${UUID}`, "approle"],
    [
      "a template like that of Vault's database engines",
      "v-token-orders-8hT2kQ9xYz0AbCdEfGhI-1732999999",
      "v-token-orders",
    ],
    ["the same without a time", "v-kubernetes-shop-orders-8hT2kQ9xYz0AbCdEfGhI", "v-kubernetes-shop-orders"],
    ["a user of a person", "orders-production", "orders-production"],
    ["a user that begins alike", "v-team-orders-production", "v-team-orders-production"],
    ["a UUID alone", UUID, UUID],
  ])("%s: %s", (_, user, expected) => expect(foldUser(user, SHIPPED).user).toBe(expected));
});

test("ordinals are folded where their rule is on", () => {
  expect(foldName("orders-2", ALL).name).toBe("orders");
  expect(foldName("orders-10", ALL).name).toBe("orders");
  expect(foldName("orders-7d9c5b6f8-x2k4z", ALL).name).toBe("orders");
  expect(foldName("api-v2", ALL).name).toBe("api-v2");
  expect(foldName("2-1", ALL).name).toBe("2");
});

test("patterns of the configuration come first, and none removes a whole name", () => {
  expect(foldName("orders-a1#3", SHIPPED, [aPattern("-[a-z]\\d")]).name).toBe("orders");
  expect(foldName("orders", SHIPPED, [aPattern(".*")])).toEqual({ name: "orders", needsHost: false, parts: [] });
  expect(foldUser("ci-7-bot", SHIPPED, [aPattern("-\\d+")]).user).toBe("ci-bot");
  expect(foldQueues(["mail.7", "mail.8"], SHIPPED, [aPattern("\\.\\d$")]).queues).toEqual(["mail"]);
});

describe("a pattern of the configuration removes what it matches, or its group `strip`", () => {
  test.each([
    ["-\\d+$", "worker-42", "worker"],
    ["-(\\d+)$", "worker-42", "worker"],
    ["^worker(?<strip>-\\d+)-eu$", "worker-42-eu", "worker-eu"],
    ["^worker(?P<strip>-\\d+)-eu$", "worker-42-eu", "worker-eu"],
    ["^worker(?<strip>-\\d+)-eu$", "orders-42-eu", "orders-42-eu"],
    // The forms of suggestions before.
    ["(?<=^worker)-\\d+$", "worker-42", "worker"],
    ["(?<=^job) \\d+(?= \\(import\\)$)", "job 7 (import)", "job (import)"],
    ["^\\d+\\.(?=orders$)", "42.orders", "orders"],
    ["(a+)+$", `${"a".repeat(40)}!`, `${"a".repeat(40)}!`],
  ])("%s on %s", (pattern, name, expected) => {
    expect(foldName(name, [], [aPattern(pattern, compileStrip)]).name).toBe(expected);
  });

  test("another lookaround is refused", () => {
    for (const pattern of ["(?<!a)b", "a(?=b)c", "(?<=^(a|b))c$"]) {
      expect(compileStrip(pattern)).toEqual({ ok: false, message: expect.stringContaining("may not look around") });
    }
  });
});

test("each part is reported with the rule that folds it", () => {
  expect(foldName(`orders-a1-${UUID}#3`, SHIPPED, [aPattern("-a1")]).parts).toEqual([
    { of: "name", rule: "strip", text: "-a1" },
    { of: "name", rule: "spring-boot", text: "#3" },
    { of: "name", rule: "uuid", text: `-${UUID}` },
  ]);
  expect(foldUser(`approle-${UUID}`, SHIPPED).parts).toEqual([{ of: "user", rule: "lease-users", text: `-${UUID}` }]);
  expect(foldQueues(["amq.gen-x", "cache-7d9c5b6f8-x2k4z"], SHIPPED).parts).toEqual([
    { of: "queue", rule: "server-named-queues", text: "amq.gen-x" },
    { of: "queue", rule: "kubernetes-pod", text: "-7d9c5b6f8-x2k4z" },
  ]);
});

test("each rule can be switched off", () => {
  const without = (id: string) => foldingRules(FOLDING_RULE_IDS.filter((other) => other !== id));
  const names = {
    "spring-amqp": "a#6b1274d2:0",
    "spring-boot": "a#3",
    uuid: `a-${UUID}`,
    timestamp: "a-1732999999",
    "process-id": "a-pid42",
    "kubernetes-pod": "a-7d9c5b6f8-x2k4z",
    "container-id": "a@3f2c0d9a1b2c",
    ordinals: "a-2",
  };
  for (const [id, name] of Object.entries(names)) {
    expect(foldName(name, ALL).name, id).toBe("a");
    expect(foldName(name, without(id)).name, id).not.toBe("a");
  }
  expect(foldName("a@10.0.3.7:51234", without("ephemeral-port")).name).toBe("a@10.0.3.7:51234");
  expect(foldName("a-2.b.c.svc", without("statefulset-pod")).name).toBe("a-2.b.c.svc");
  expect(foldName("dotnet", without("runtime-name")).name).toBe("dotnet");
  expect(foldUser(`a-${UUID}`, without("lease-users")).user).toBe(`a-${UUID}`);
  expect(foldQueues([`celeryev.${UUID}`, "amq.gen-x", "spring.gen-x"], []).queues).toHaveLength(3);
});
