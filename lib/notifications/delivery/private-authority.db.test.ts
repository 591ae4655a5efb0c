import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { MAIL_CERTIFICATE, startMailServer } from "@/e2e/world/mail-server";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { type Authority, createAuthority } from "@/lib/base/tls/authority.testing";
import type { Resolve } from "@/lib/notifications/delivery/safe-url";
import { send } from "@/lib/notifications/delivery/send";
import { sendPing } from "@/lib/notifications/delivery/send-ping";
import { anEvent, aWebhook } from "@/lib/notifications/delivery/webhooks.testing";

const HOST = "hooks.test";
const resolve: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const options = () => ({ now: Date.now, signal: new AbortController().signal, timeoutMs: 10_000, resolve });
const UNTRUSTED =
  /^its certificate is of an authority that is not trusted here \(\w+\); name that authority's file as caFile$/;

let ours: Authority;
let foreign: Authority;
beforeAll(() => {
  ours = createAuthority();
  foreign = createAuthority("Another authority");
});
afterAll(() => {
  ours.remove();
  foreign.remove();
});

/** The URL of a receiver with a certificate of our authority. */
async function receiver(): Promise<string> {
  const server = createServer(ours.issue([HOST]), (_, response) => void response.end("ok"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // The parser's own assertion: it listens on a port.
  return `https://${HOST}:${(server.address() as AddressInfo).port}/hook`;
}

test("a webhook is sent to a receiver with a certificate of the authority in its caFile", async () => {
  const webhook = { ...aWebhook(await receiver()), caFile: ours.caFile };
  const result = await send(webhook, { id: "msg_1", event: anEvent }, options());
  expect(result).toMatchObject({ accepted: true, status: 200, reason: null });
});

test("without the file, or with another authority's, it is refused and the reason names the setting", async () => {
  const url = await receiver();
  for (const files of [{}, { caFile: foreign.caFile }]) {
    const result = await send({ ...aWebhook(url), ...files }, { id: "msg_1", event: anEvent }, options());
    expect(result.accepted).toBe(false);
    expect(renderReasonOrNull(result.reason)).toMatch(UNTRUSTED);
  }
});

test("a dead man's switch is pinged with its caFile", async () => {
  const heartbeat = { id: "h", url: await receiver(), format: "ping", everySeconds: 60, allowPrivate: true } as const;
  const ping = (files: object) =>
    sendPing({ ...heartbeat, ...files }, "well", {
      reason: null,
      nowMs: Date.now(),
      signal: AbortSignal.timeout(10_000),
      resolve,
    });
  expect(await ping({ caFile: ours.caFile })).toBeNull();
  expect(renderReasonOrNull(await ping({}))).toMatch(UNTRUSTED);
});

test.each([
  ["STARTTLS", "smtp", false],
  ["TLS from the first byte", "smtps", true],
])("a mail is sent over %s with its caFile", async (_, scheme, secure) => {
  const server = await startMailServer({ secure });
  onTestFinished(server.stop);
  const caFile = join(ours.folder, "mail.pem");
  writeFileSync(caFile, MAIL_CERTIFICATE);
  const { secrets: _secrets, format: _format, ...common } = aWebhook(`${scheme}://mail.test:${server.port}`);
  const webhook = {
    ...common,
    format: "email",
    from: "alerts@example.com",
    to: ["ops@example.com"],
    startTls: "required",
    ca: null,
  } as const;
  const sent = (files: object) => send({ ...webhook, ...files }, { id: "msg_1", event: anEvent }, options());
  expect(await sent({ caFile })).toMatchObject({ accepted: true, reason: null });
  expect(renderReasonOrNull((await sent({ caFile: foreign.caFile })).reason)).toMatch(UNTRUSTED);
});
