import { describe, expect, test } from "vitest";
import { FOLDING_RULE_IDS, foldingRules, foldName, foldQueues } from "@/lib/rabbitmq/clients/name-folding";

const ALL = foldingRules(FOLDING_RULE_IDS);
const UUID = "3f2c0d9a-1b2c-4d3e-8f90-a1b2c3d4e5f6";
const HEX = UUID.replaceAll("-", "");

describe("parts of default connection names that change are folded", () => {
  test.each([
    ["Spring AMQP", "rabbitConnectionFactory#6b1274d2:0", "rabbitConnectionFactory"],
    ["Spring AMQP, a later connection", "rabbitConnectionFactory#6b1274d2:117", "rabbitConnectionFactory"],
    ["Spring AMQP, its publishers", "rabbitConnectionFactory.publisher#1f2e:3", "rabbitConnectionFactory.publisher"],
    ["Spring AMQP without a bean name", "SpringAMQP#4e50df2e:0", "SpringAMQP"],
    ["Spring Boot", "orders#3", "orders"],
    ["oslo.messaging", `nova-compute:4242:${UUID}`, "nova-compute"],
    ["a UUID", `orders-${UUID}`, "orders"],
    ["a UUID in capitals", `orders.${UUID.toUpperCase()}`, "orders"],
    ["a UUID without hyphens", `orders_${HEX}`, "orders"],
    ["a pod of a Deployment", "orders-7d9c5b6f8-x2k4z", "orders"],
    ["a pod of a Deployment, hash of ten", "orders-577c655bfc-dk8jb", "orders"],
    ["a pod and the connection in it", "orders-7d9c5b6f8-x2k4z/consumer", "orders/consumer"],
    ["a pod that counts its connections", "orders-7d9c5b6f8-x2k4z#2", "orders"],
    ["a pod of a CronJob", "nightly-29412345-x2k4z", "nightly"],
  ])("%s: %s", (_, name, expected) => expect(foldName(name, ALL).name).toBe(expected));
});

describe("names that do not change are not folded", () => {
  test.each([
    ["a StatefulSet's ordinal", "orders-0"],
    ["a numbered worker", "worker-12"],
    ["a person's numbering", "worker #2"],
    ["NServiceBus", "Sales Publish"],
    ["a federation link", "Federation link (upstream: east, policy: orders)"],
    ["words like a pod's parts", "orders-returns-batch"],
    ["a date", "import-20261130-daily"],
    ["a port", "orders:8080"],
    ["a commit", "orders-6b1274d2"],
    ["a UUID alone", UUID],
    ["a counter alone", "#7"],
  ])("%s: %s", (_, name) => expect(foldName(name, ALL).name).toBe(name));
});

test("where only the name of the library or program is left, the host is needed as well", () => {
  const needsHost = (name: string) => foldName(name, ALL).needsHost;
  expect(needsHost("rabbitConnectionFactory#6b1274d2:0")).toBe(true);
  expect(needsHost(`nova-compute:4242:${UUID}`)).toBe(true);
  expect(needsHost("orders#3")).toBe(false);
  expect(needsHost("orders-7d9c5b6f8-x2k4z")).toBe(false);
});

describe("queues that live as long as a connection do not identify their consumer", () => {
  test.each([
    ["Celery", ["celery", "celery@w1.celery.pidbox", `celeryev.${UUID}`], ["celery"]],
    ["Celery's control replies", [`${UUID}.reply.celery.pidbox`], []],
    ["server-named", ["amq.gen-JzTY20BRgKO-HjmUJj0wLg", "mail"], ["mail"]],
    ["Spring's anonymous queue", ["spring.gen-1Rx9HOqvTAaHeeZrQWu8Pg"], []],
    ["EasyNetQ", [`easynetq.response.${UUID}`, "mail"], ["mail"]],
    ["Nameko", ["rpc-orders", `rpc.reply-orders-${UUID}`], ["rpc-orders"]],
    ["oslo.messaging", [`reply_${HEX}`, `compute_fanout_${HEX}`], ["compute_fanout"]],
    ["a queue for each pod", ["cache-7d9c5b6f8-x2k4z"], ["cache"]],
    ["names of people", ["celeryev", "replies", "reply_mail"], ["celeryev", "replies", "reply_mail"]],
  ])("%s", (_, queues, expected) => expect(foldQueues(queues, ALL)).toEqual(expected));
});

test("each rule can be switched off", () => {
  const forms = {
    "spring-amqp": "a#6b1274d2:0",
    "spring-boot": "a#3",
    uuid: `a-${UUID}`,
    "process-id": `a:42:${UUID}`,
    "kubernetes-pod": "a-7d9c5b6f8-x2k4z",
  };
  for (const [id, name] of Object.entries(forms)) {
    const without = foldingRules(FOLDING_RULE_IDS.filter((other) => other !== id));
    expect(foldName(name, ALL).name).toBe("a");
    expect(foldName(name, without).name, id).not.toBe("a");
  }
  expect(foldQueues([`celeryev.${UUID}`, "amq.gen-x", "spring.gen-x"], [])).toHaveLength(3);
});
