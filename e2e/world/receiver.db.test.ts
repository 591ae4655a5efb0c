import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Receiver, startReceiver } from "./receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

function send(id: string, secret = receiver.secret): Promise<Response> {
  const body = JSON.stringify({ type: "alert.firing" });
  const now = new Date();
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, now, body),
  };
  return fetch(receiver.url, { method: "POST", body, headers });
}

test("a signature is valid only if it was made with the receiver's secret", async () => {
  await send("right");
  await send("forged", `whsec_${Buffer.alloc(32, 7).toString("base64")}`);
  const receivedIds = receiver.received.map(({ id, signatureValid }) => `${id} ${signatureValid}`);
  expect(receivedIds).toEqual(["right true", "forged false"]);
});

test("it fails the requested number of times, then succeeds again", async () => {
  receiver.fail(2, 503);
  const statuses = [await send("a"), await send("a"), await send("a")].map(({ status }) => status);
  expect(statuses).toEqual([503, 503, 204]);
});

test("a request without a response is recorded too", async () => {
  receiver.hang(1);
  const abort = new AbortController();
  const hanging = fetch(receiver.url, { method: "POST", body: "{}", signal: abort.signal });
  const seen = await receiver.waitFor(({ status }) => status === null, 10_000);
  abort.abort();
  await expect(hanging).rejects.toThrow();
  expect(seen.json).toEqual({});
});
