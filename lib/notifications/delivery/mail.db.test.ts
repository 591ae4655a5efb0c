import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { MAIL_CERTIFICATE, type MailServer, startMailServer } from "@/e2e/world/mail-server";
import { reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { OutgoingMessage } from "@/lib/notifications/delivery/attempt";
import type { Resolve } from "@/lib/notifications/delivery/safe-url";
import { send } from "@/lib/notifications/delivery/send";
import { anEvent, aWebhook, changed, MONSTER_TEXT, monster } from "@/lib/notifications/delivery/webhooks.testing";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import type { WebhookOf } from "@/lib/notifications/formats/webhook";

const PASS = "m4rk3d-p@ss";
const LOGIN = { user: "lastbeat", pass: PASS };
const { secrets: _, format: __, ...common } = aWebhook("");

let server: MailServer;
afterEach(() => server.stop());

type Email = WebhookOf<"email">;
const toMail = (change: Partial<Email> & { readonly login?: boolean; readonly scheme?: string } = {}): Email => {
  const { login = true, scheme = "smtp", ...rest } = change;
  const who = login ? `${LOGIN.user}:${encodeURIComponent(PASS)}@` : "";
  return {
    ...common,
    format: "email",
    url: `${scheme}://${who}mail.test:${server.port}`,
    from: "Lastbeat <alerts@example.com>",
    to: ["ops@example.com", "night@example.com"],
    startTls: "required",
    ca: MAIL_CERTIFICATE,
    ...rest,
  };
};
const here: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];
const mail = (
  webhook: Email,
  message: Partial<OutgoingMessage> = {},
  options: { resolve?: Resolve; timeoutMs?: number } = {},
) =>
  send(
    webhook,
    { id: "msg_1", event: anEvent, ...message },
    { now: Date.now, signal: new AbortController().signal, resolve: here, timeoutMs: 5_000, ...options },
  );
const header = (name: string) => server.mails.at(-1)?.headers.get(name);

describe("a mail", () => {
  test("is sent over STARTTLS with a login, as text and as HTML", async () => {
    server = await startMailServer({ login: LOGIN });
    expect(await mail(toMail())).toMatchObject({ accepted: true, status: 250, reason: null });
    const [arrived] = server.mails;
    expect(arrived).toMatchObject({
      from: "alerts@example.com",
      to: ["ops@example.com", "night@example.com"],
      secure: true,
      user: "lastbeat",
      servername: "mail.test",
    });
    // A dot between the words is not ASCII, so the subject is an encoded word.
    expect(header("subject")).toMatch(/^=\?UTF-8\?Q\?Firing_.*heartbeat-l/);
    expect(header("message-id")).toBe("<msg_1@example.com>");
    expect(header("auto-submitted")).toBe("auto-generated");
    expect(header("content-type")).toContain("multipart/alternative");
    expect(arrived?.body).toContain("scanner@media silent 41 s of 60 s (inferred)");
    expect(arrived?.body).toContain("client: scanner@media");
    expect(arrived?.body).toContain("<td>scanner@media</td>");
  });

  test("is sent over TLS from the first byte", async () => {
    server = await startMailServer({ secure: true, login: LOGIN });
    expect(await mail(toMail({ scheme: "smtps" }))).toMatchObject({ accepted: true });
    expect(server.mails[0]).toMatchObject({ secure: true, servername: "mail.test" });
  });

  test("about a resolved alert replies to the one about its firing", async () => {
    server = await startMailServer();
    await mail(toMail({ login: false }));
    expect([header("in-reply-to"), header("references")]).toEqual([undefined, undefined]);
    await mail(toMail({ login: false }), { id: "msg_2", event: changed({ type: "alert.resolved" }), first: "msg_1" });
    expect(header("message-id")).toBe("<msg_2@example.com>");
    expect([header("in-reply-to"), header("references")]).toEqual(["<msg_1@example.com>", "<msg_1@example.com>"]);
  });

  test("lists several events as a digest, the worst first", async () => {
    server = await startMailServer();
    const more: WebhookEvent[] = Array.from({ length: 80 }, (_, n) =>
      changed({ alert: { id: `a${n}`, severity: n === 70 ? "critical" : "warning", summary: `sentence ${n}.` } }),
    );
    await mail(toMail({ login: false }), { more });
    const body = server.mails[0]?.body ?? "";
    expect(body).toContain("Changes: 81 · Alerts: 81");
    expect(body.indexOf("sentence 70.")).toBeLessThan(body.indexOf("sentence 0."));
    expect(body).not.toContain("sentence 79.");
  });

  test("gets no header, recipient or markup from the texts of an alert", async () => {
    server = await startMailServer();
    const nasty = "x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>\r\n.\r\nMAIL FROM:<evil@example.com>";
    const labels = { client: nasty, [nasty]: nasty };
    const events = [
      changed({ alert: { rule: nasty, summary: nasty, labels } }),
      monster("alert.firing"),
      changed({ alert: { summary: MONSTER_TEXT } }),
    ];
    for (const event of events) {
      expect(await mail(toMail({ login: false }), { event, id: `msg_${nasty}`, first: nasty })).toMatchObject({
        accepted: true,
      });
      expect(server.mails.at(-1)?.to).toEqual(["ops@example.com", "night@example.com"]);
      expect([...(server.mails.at(-1)?.headers.keys() ?? [])].toSorted()).toEqual(HEADERS);
      expect(server.mails.at(-1)?.body).not.toContain("<script>alert(1)</script></");
    }
    expect(server.mails).toHaveLength(3);
  });
});

const HEADERS = [
  "auto-submitted",
  "content-type",
  "date",
  "from",
  "in-reply-to",
  "message-id",
  "mime-version",
  "references",
  "subject",
  "to",
  "x-auto-response-suppress",
];

describe("a password is never sent unencrypted", () => {
  test.each<[string, Partial<Email> & { login?: boolean }, boolean]>([
    ["TLS is required and not offered", { login: false }, false],
    ["TLS is not offered and there is a login, whatever is configured", { startTls: "offered" }, false],
    ["nothing is secret and TLS is not required", { startTls: "offered", login: false }, true],
  ])("%s", async (_, change, accepted) => {
    server = await startMailServer({ clear: true });
    expect(await mail(toMail(change))).toMatchObject({ accepted, blocked: false });
    expect([server.logins(), server.mails.length]).toEqual([0, accepted ? 1 : 0]);
  });

  test.each<[string, Partial<Email>]>([
    ["no trusted authority signed the certificate", { ca: null }],
    ["the certificate is for another name", { url: "" }],
  ])("%s", async (_, change) => {
    server = await startMailServer({ login: LOGIN });
    const other = toMail().url.replace("mail.test", "other.test");
    const sent = await mail(toMail(change.url === "" ? { url: other } : change));
    expect(sent).toMatchObject({ accepted: false, forGood: false });
    expect([server.logins(), server.mails.length]).toEqual([0, 0]);
  });
});

describe("the answer of the server", () => {
  const refusing = (code: number) => ({ refuses: () => ({ code }) });
  test.each<[string, Parameters<typeof startMailServer>[0], number | null, boolean, number | null]>([
    ["no such mailbox: for good", refusing(550), 550, true, null],
    ["greylisted: later", refusing(450), 450, false, 60_000],
    ["too much at once: later", refusing(421), 421, false, 60_000],
    ["no room: later", { rejects: () => ({ code: 452 }) }, 452, false, null],
    ["content refused: for good", { rejects: () => ({ code: 554 }) }, 554, true, null],
    ["too large: for good", { bytesMax: 500 }, 552, true, null],
    ["a wrong password: later, like an expired token", { login: { user: "x", pass: "y" } }, 535, false, null],
    ["refused at the greeting: later", { onConnect: (_, done) => done(refused(554)) }, 554, false, null],
  ])("%s", async (_, options, status, forGood, retryAfterMs) => {
    server = await startMailServer(options);
    const sent = await mail(toMail({ login: options?.login !== undefined }));
    expect(sent).toMatchObject({ accepted: false, blocked: false, forGood, retryAfterMs });
    expect(sent.status).toBe(status);
    expect(JSON.stringify(sent)).not.toContain("m4rk3d");
    expect(server.mails).toEqual([]);
  });

  test("a mail with one of two recipients refused is accepted, with a reason", async () => {
    server = await startMailServer({ refuses: (to) => (to.startsWith("night") ? { code: 550 } : null) });
    expect(await mail(toMail({ login: false }))).toMatchObject({
      accepted: true,
      reason: reason("mailRecipientsRefused", { count: 1, total: 2 }),
    });
    expect(server.mails[0]?.to).toEqual(["ops@example.com"]);
  });
});

const refused = (responseCode: number): Error => Object.assign(new Error("m4rk3d"), { responseCode });

/** A server that does with a connection what it likes. */
async function answering(act: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    act(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { port: typeof address === "object" && address !== null ? address.port : 0, close };
}

describe("a connection", () => {
  const at =
    (address: string): Resolve =>
    async () => [{ address, family: 4 }];
  test.each<[string, Partial<Email>, Resolve]>([
    ["a private address without allowPrivate", { allowPrivate: false }, here],
    ["a metadata address, even with it", {}, at("169.254.169.254")],
    ["one forbidden address among others", {}, async () => [...(await here("")), ...(await at("169.254.0.1")(""))]],
  ])("is not made to %s", async (_, change, resolve) => {
    server = await startMailServer();
    expect(await mail(toMail({ login: false, ...change }), {}, { resolve })).toMatchObject({ blocked: true });
  });

  test("that is refused, has an unknown name or gets no answer is retried, and its reason reveals no secret", async () => {
    server = await startMailServer();
    const { port, close } = await answering(() => undefined);
    const results = [
      await mail(toMail({ url: `smtp://${LOGIN.user}:m4rk3d@127.0.0.1:1` })),
      await mail(
        toMail(),
        {},
        { resolve: () => Promise.reject(Object.assign(new Error("m4rk3d"), { code: "ENOTFOUND" })) },
      ),
      await mail(toMail({ url: `smtp://u:m4rk3d@127.0.0.1:${port}` }), {}, { timeoutMs: 200 }),
    ];
    await close();
    expect(results.map((sent) => renderReasonOrNull(sent.reason))).toEqual([
      "the connection was refused",
      "the name could not be resolved",
      "no answer within 0.2 s",
    ]);
    expect(results).toMatchObject(results.map(() => ({ accepted: false, blocked: false, forGood: false })));
    expect(JSON.stringify(results)).not.toContain("m4rk3d");
  });

  test("to a server that trickles its answer ends at the time limit", async () => {
    server = await startMailServer();
    const { port, close } = await answering((socket) => {
      const timer = setInterval(() => socket.write("220-wait\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    });
    const sent = await mail(toMail({ url: `smtp://127.0.0.1:${port}` }), {}, { timeoutMs: 200 });
    await close();
    expect(sent).toMatchObject({ accepted: false, reason: reason("sendTimedOut", { seconds: 0.2 }) });
  });
});
