import { afterAll, beforeAll, expect, test } from "vitest";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import type { Database } from "@/lib/storage/database";
import { loadConsumedQueues, saveConsumedQueues } from "@/lib/storage/rabbitmq/consumed-queues";
import { testDatabase } from "@/lib/storage/storage.testing";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const queue = (name: string, broker = "main") => ({ broker, vhost: "/", name });

test("queues that have had consumers are stored by broker, until they are deleted", async () => {
  const { db } = database;
  const began = [queue("orders"), queue("mails"), queue("orders", "other"), queue("orders")];
  await saveConsumedQueues(db, { began, ended: [] });
  await saveConsumedQueues(db, { began: [queue("orders")], ended: [queue("mails"), queue("never")] });
  expect([...(await loadConsumedQueues(db, "main"))]).toEqual([queueKey(queue("orders"))]);
  expect([...(await loadConsumedQueues(db, "other"))]).toEqual([queueKey(queue("orders", "other"))]);
});
