import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { DEFAULT_FOLDING_RULE_IDS, FOLDING_RULE_IDS, foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import { identify } from "@/lib/rabbitmq/clients/identity";
import { NO_PATTERNS } from "@/lib/rabbitmq/clients/name-folding";

const RULES = { strip: NO_PATTERNS, fold: foldingRules(DEFAULT_FOLDING_RULE_IDS) };
const UUIDS = ["3f2c0d9a-1b2c-4d3e-8f90-a1b2c3d4e5f6", "b7f1c2aa-0d1e-4f2a-9b3c-4d5e6f708192"] as const;

/** A connection as a library makes it when its user sets no name; null: it gives no name. */
interface Start {
  readonly name?: string | null;
  readonly queues?: readonly string[];
  readonly user?: string;
  readonly host?: string;
  readonly product?: string;
}

interface DefaultNames {
  readonly library: string;
  /** Repository and path where the form is defined. */
  readonly source: string;
  readonly first: Start;
  /** The same application after a restart or a reconnect. */
  readonly second: Start;
  /** Another application that uses the same library. */
  readonly other: Start;
}

/** Without a name, queues identify: the library adds none that change. */
const unnamed = (library: string, source: string): DefaultNames => ({
  library,
  source,
  first: { queues: ["mail"] },
  second: { queues: ["mail"] },
  other: { queues: ["invoices"] },
});

const DEFAULT_NAMES: readonly DefaultNames[] = [
  {
    library: "Spring AMQP and Spring Boot",
    source:
      "spring-projects/spring-amqp spring-rabbit/src/main/java/org/springframework/amqp/rabbit/connection/AbstractConnectionFactory.java",
    first: { name: "rabbitConnectionFactory#6b1274d2:0" },
    second: { name: "rabbitConnectionFactory#1f9e5a07:3" },
    other: { name: "rabbitConnectionFactory#6b1274d2:0", host: "10.0.0.2" },
  },
  {
    library: "Spring AMQP, connections that publish",
    source:
      "spring-projects/spring-amqp spring-rabbit/src/main/java/org/springframework/amqp/rabbit/connection/AbstractConnectionFactory.java",
    first: { name: "rabbitConnectionFactory.publisher#6b1274d2:0" },
    second: { name: "rabbitConnectionFactory.publisher#1f9e5a07:1" },
    other: { name: "rabbitConnectionFactory#6b1274d2:0" },
  },
  {
    library: "Spring Boot with a prefix",
    source: "spring-projects/spring-boot pull request 12339",
    first: { name: "orders#0" },
    second: { name: "orders#12" },
    other: { name: "orders.audit#0" },
  },
  {
    library: "Spring Cloud Stream without a group",
    source:
      "spring-cloud/spring-cloud-stream binders/rabbit-binder/spring-cloud-stream-binder-rabbit/src/main/java/org/springframework/cloud/stream/binder/rabbit/config/RabbitConfiguration.java",
    first: { name: "rabbitConnectionFactory#6b1274d2:0", queues: ["input.anonymous.1Rx9HOqvTAaHeeZrQWu8Pg"] },
    second: { name: "rabbitConnectionFactory#2ab4c0ff:0", queues: ["input.anonymous.kQ8Dm2RrSaOlk6tPRMzKcw"] },
    other: { name: "rabbitConnectionFactory#6b1274d2:0", host: "10.0.0.2" },
  },
  {
    library: "MassTransit, an executable of its own",
    source:
      "MassTransit/MassTransit src/Transports/MassTransit.RabbitMqTransport/RabbitMqTransport/Configuration/ConfigurationHostSettings.cs",
    first: { name: "Shop.Orders", queues: ["submit-order"] },
    second: { name: "Shop.Orders", queues: ["submit-order"] },
    other: { name: "Shop.Billing", queues: ["bill-order"] },
  },
  {
    library: "MassTransit, started by `dotnet`",
    source: "MassTransit/MassTransit src/MassTransit/Configuration/DefaultEndpointNameFormatter.cs",
    first: { name: "dotnet", queues: ["submit-order", "web1_dotnet_bus_kbdyyyfp5jkqd4a4bdqgqidibq"] },
    second: { name: "dotnet", queues: ["submit-order", "web1_dotnet_bus_ybndrfg8ejkmcpqxot1uwisza3"] },
    other: { name: "dotnet", queues: ["bill-order", "web1_dotnet_bus_kbdyyyfp5jkqd4a4bdqgqidibr"] },
  },
  {
    library: "EasyNetQ",
    source: "EasyNetQ/EasyNetQ Source/EasyNetQ/ConnectionConfigurationExtensions.cs, Source/EasyNetQ/Conventions.cs",
    first: { name: "Shop.Orders.dll", queues: [`easynetq.response.${UUIDS[0]}`] },
    second: { name: "Shop.Orders.dll", queues: [`easynetq.response.${UUIDS[1]}`] },
    other: { name: "Shop.Billing.dll", queues: [`easynetq.response.${UUIDS[0]}`] },
  },
  {
    library: "NServiceBus",
    source: "Particular/NServiceBus.RabbitMQ src/NServiceBus.Transport.RabbitMQ/Connection/ConnectionFactory.cs",
    first: { name: "Sales Publish" },
    second: { name: "Sales Publish" },
    other: { name: "Sales Administration" },
  },
  {
    library: "Celery",
    source: "celery/celery celery/app/defaults.py, celery/kombu kombu/pidbox.py",
    first: { product: "py-amqp", queues: ["celery", "celery@w1.celery.pidbox", `celeryev.${UUIDS[0]}`] },
    second: { product: "py-amqp", queues: ["celery", "celery@w1.celery.pidbox", `celeryev.${UUIDS[1]}`] },
    other: { product: "py-amqp", queues: ["priority", "priority@w1.celery.pidbox", `celeryev.${UUIDS[0]}`] },
  },
  {
    library: "Celery in a container",
    source: "celery/celery celery/app/defaults.py, celery/kombu kombu/pidbox.py",
    first: { product: "py-amqp", queues: ["celery", "celery@3f2c0d9a1b2c.celery.pidbox"] },
    second: { product: "py-amqp", queues: ["celery", "celery@9c8b7a6f5e4d.celery.pidbox"] },
    other: { product: "py-amqp", queues: ["priority", "celery@3f2c0d9a1b2c.celery.pidbox"] },
  },
  unnamed("kombu", "celery/py-amqp amqp/connection.py"),
  unnamed("pika", "pika/pika pika/connection.py"),
  {
    library: "aio-pika",
    source: "mosquito/aio-pika aio_pika/robust_queue.py",
    first: { product: "aiormq", queues: ["mail", "amq_0xf3a1b2c3d4e5f60718293a4b5c6d7e8f"] },
    second: { product: "aiormq", queues: ["mail", "amq_0x1b2c3d4e5f60718293a4b5c6d7e8f90a"] },
    other: { product: "aiormq", queues: ["invoices", "amq_0xf3a1b2c3d4e5f60718293a4b5c6d7e8f"] },
  },
  {
    library: "Dramatiq",
    source: "Bogdanp/dramatiq dramatiq/brokers/rabbitmq.py",
    first: { product: "Pika Python Client Library", queues: ["default", "default.DQ"] },
    second: { product: "Pika Python Client Library", queues: ["default.DQ", "default"] },
    other: { product: "Pika Python Client Library", queues: ["mail", "mail.DQ"] },
  },
  {
    library: "Nameko",
    source: "nameko/nameko nameko/rpc.py",
    first: { product: "py-amqp", queues: ["rpc-orders", `rpc.reply-orders-${UUIDS[0]}`] },
    second: { product: "py-amqp", queues: ["rpc-orders", `rpc.reply-orders-${UUIDS[1]}`] },
    other: { product: "py-amqp", queues: ["rpc-billing", `rpc.reply-billing-${UUIDS[0]}`] },
  },
  unnamed("amqplib", "amqp-node/amqplib lib/connect.js"),
  unnamed("rabbitmq-client", "cody-greene/node-rabbitmq-client src/Connection.ts"),
  {
    library: "golevelup/nestjs",
    source: "golevelup/nestjs packages/rabbitmq/src/amqp/connection.ts",
    first: { product: "amqplib", queues: ["orders", "amq.rabbitmq.reply-to"] },
    second: { product: "amqplib", queues: ["orders"] },
    other: { product: "amqplib", queues: ["billing", "amq.rabbitmq.reply-to"] },
  },
  {
    library: "bunny",
    source: "ruby-amqp/bunny lib/bunny/session.rb",
    first: { product: "Bunny", queues: ["mail", "amq.gen-JzTY20BRgKO-HjmUJj0wLg"] },
    second: { product: "Bunny", queues: ["mail", "amq.gen-Xa2jHk7Tb0q-HjmUJj0wLg"] },
    other: { product: "Bunny", queues: ["invoices", "amq.gen-JzTY20BRgKO-HjmUJj0wLg"] },
  },
  unnamed("Sneakers", "jondot/sneakers lib/sneakers/queue.rb"),
  unnamed("Hutch", "ruby-amqp/hutch lib/hutch/broker.rb, lib/hutch/config.rb"),
  unnamed("php-amqplib", "php-amqplib/php-amqplib PhpAmqpLib/Connection/AMQPConnectionConfig.php"),
  unnamed("laravel-queue-rabbitmq", "vyuldashev/laravel-queue-rabbitmq src/Queue/Connection/ConfigFactory.php"),
  unnamed("amqp091-go", "rabbitmq/amqp091-go connection.go"),
  unnamed("RoadRunner", "roadrunner-server/amqp amqpjobs/driver.go"),
  unnamed("lapin", "amqp-rs/lapin src/connection_properties.rs"),
  {
    library: "Logstash",
    source: "logstash-plugins/logstash-integration-rabbitmq lib/logstash/plugin_mixins/rabbitmq_connection.rb",
    first: { product: "MarchHare", queues: ["amq.gen-JzTY20BRgKO-HjmUJj0wLg"] },
    second: { product: "MarchHare", queues: ["amq.gen-Xa2jHk7Tb0q-HjmUJj0wLg"] },
    other: { product: "MarchHare", queues: ["logs"] },
  },
  {
    library: "Telegraf",
    source: "influxdata/telegraf plugins/inputs/amqp_consumer/amqp_consumer.go",
    first: { product: "AMQP 0.9.1 Client", queues: ["telegraf"] },
    second: { product: "AMQP 0.9.1 Client", queues: ["telegraf"] },
    other: { product: "AMQP 0.9.1 Client", queues: ["telegraf"], host: "10.0.0.2" },
  },
  {
    library: "a shovel",
    source: "rabbitmq/rabbitmq-server deps/rabbitmq_shovel/src/rabbit_shovel_worker.erl",
    first: { name: "Shovel to-archive-2" },
    second: { name: "Shovel to-archive-2" },
    other: { name: "Shovel to-archive-1" },
  },
  {
    library: "a federation link",
    source: "rabbitmq/rabbitmq-server deps/rabbitmq_federation_common/src/rabbit_federation_link_util.erl",
    first: { name: "Federation link (upstream: east-1, policy: orders)" },
    second: { name: "Federation link (upstream: east-1, policy: orders)" },
    other: { name: "Federation link (upstream: east-2, policy: orders)" },
  },
  {
    library: "any library with a user that Vault leases",
    source: "hashicorp/vault builtin/logical/rabbitmq/path_role_create.go",
    first: { name: "orders", user: `approle-${UUIDS[0]}` },
    second: { name: "orders", user: `approle-${UUIDS[1]}` },
    other: { name: "orders", user: `kubernetes-${UUIDS[0]}` },
  },
  {
    library: "any library in a pod of a Deployment that takes the pod's name",
    source: "kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go",
    first: { name: "orders-7d9c5b6f8-x2k4z" },
    second: { name: "orders-6c8f7d9b5-abcde", host: "10.0.0.2" },
    other: { name: "orders-audit-7d9c5b6f8-x2k4z" },
  },
];

const identityOf = ({ name = null, queues = [], user = "app", host = "10.0.0.1", product = "amqplib" }: Start) =>
  identify("main", aConnection(1, { userProvidedName: name, user, peerHost: host, product }), queues, RULES);

describe.each(DEFAULT_NAMES)("$library ($source)", ({ first, second, other }) => {
  test("two starts of one application are one client", () => {
    expect(identityOf(second)?.id).toBe(identityOf(first)?.id);
    expect(identityOf(second)?.name).toBe(identityOf(first)?.name);
  });

  test("two applications are two clients", () => expect(identityOf(other)?.id).not.toBe(identityOf(first)?.id));
});

test("the README names every rule that is shipped", () => {
  const readme = readFileSync(resolve(import.meta.dirname, "../../../README.md"), "utf8");
  expect(FOLDING_RULE_IDS.filter((id) => !readme.includes(`\`${id}\``))).toEqual([]);
});

/** Pairs that only resemble replicas or successors of each other. */
describe("neighbours that are not one client", () => {
  test.each([
    ["StatefulSet ordinals, which do not change at a restart", "orders-0", "orders-1"],
    ["numbered workers", "worker-1", "worker-10"],
    ["versions", "api-v1", "api-v2"],
    ["regions", "eu-west-1", "eu-west-2"],
    ["dates as versions", "api-2026-10-01", "api-2026-11-30"],
    ["tenants", "tenant-104233", "tenant-104234"],
    ["instances of pm2", "shop_0", "shop_1"],
    ["ports that listen", "orders:8080", "orders:8081"],
    ["devices", "shellyplus1-a8032ab12345", "shellyplus1-a8032ab12346"],
    ["protocols", "proxy-http2", "proxy-https"],
    ["numbered by a person", "worker #1", "worker #2"],
  ])("%s: %s, %s", (_, one, another) => {
    expect(identityOf({ name: one })?.id).not.toBe(identityOf({ name: another })?.id);
  });
});

test("the DNS name of a StatefulSet's pod makes its ordinals replicas of one name", () => {
  const pod = (ordinal: number) => identityOf({ name: `orders-${ordinal}.orders.shop.svc.cluster.local` });
  expect(pod(2)?.id).toBe(pod(0)?.id);
});
