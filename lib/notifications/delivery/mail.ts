import "server-only";
import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { createTransport } from "nodemailer";
import { z } from "zod";
import { credentialsOf } from "@/lib/base/http/credentials";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { tlsOptions } from "@/lib/base/tls/trust";
import type { OutgoingMessage, SendResult } from "@/lib/notifications/delivery/attempt";
import { sendFailure } from "@/lib/notifications/delivery/exchange";
import { BLOCKED, checkedAddresses, PRIVATE_ADDRESS, type Resolve } from "@/lib/notifications/delivery/safe-url";
import { write, writeMany } from "@/lib/notifications/formats/registry";
import type { WebhookOf } from "@/lib/notifications/formats/webhook";

/** An answer of a mail server has a few lines. */
const ANSWER_BYTES_MAX = 16_384;
const SMTP_PORT = 587;
const SMTPS_PORT = 465;
/** Greylisting requires a delay of a few minutes, without saying how many. */
const GREYLISTED_MS = MINUTE;
const TOO_BUSY: ReadonlySet<number> = new Set([421, 450, 451]);

interface MailOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
}

type MailSent = Pick<SendResult, "reason"> & Partial<SendResult>;
type EmailWebhook = WebhookOf<"email">;

const MailText = z.object({ subject: z.string(), text: z.string(), html: z.string() });

/**
 * Sends one mail. Connects only to a checked address, under the name that the certificate must have. The status is the
 * server's reply code: 4yz is retried; 5yz about sender, recipient or content is refused for good, while one about the
 * login is retried like an expired token. Never throws, and quotes no text of the server.
 */
export async function sendMail(
  webhook: EmailWebhook,
  message: OutgoingMessage,
  options: MailOptions,
): Promise<MailSent> {
  const url = new URL(webhook.url);
  const deadline = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  try {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const [{ address }] = await checkedAddresses(host, webhook, options.resolve);
    // With our own socket the connection ends at the time limit, whatever the server does.
    const socket = connect({ host: address, port: portOf(url), signal: deadline });
    try {
      await once(socket, "connect", { signal: deadline });
      const transport = createTransport(transportOf(webhook, url, { socket, host, timeoutMs: options.timeoutMs }));
      const { rejected } = await within(deadline, transport.sendMail(mailOf(webhook, message)));
      return { accepted: true, status: 250, reason: refusedRecipients(rejected.length, webhook.to.length) };
    } finally {
      socket.destroy();
    }
  } catch (cause) {
    return failureOf(cause, options);
  }
}

const refusedRecipients = (count: number, total: number): Reason | null =>
  count === 0 ? null : reason("mailRecipientsRefused", { count, total });

function transportOf(
  { startTls, ca, ...files }: EmailWebhook,
  url: URL,
  { socket, host, timeoutMs }: { readonly socket: Socket; readonly host: string; readonly timeoutMs: number },
) {
  const secure = url.protocol === "smtps:";
  const { user, password: pass } = credentialsOf(url) ?? { user: "", password: "" };
  // The certificate is checked against the host name; an IP address in the URL has none.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return {
    connection: socket,
    secure,
    requireTLS: !secure && (startTls === "required" || user !== ""),
    ...(user === "" ? {} : { auth: { user, pass } }),
    tls: { ...name, minVersion: "TLSv1.2", rejectUnauthorized: true, ...(ca === null ? tlsOptions(files) : { ca }) },
    ...name,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 0,
    maxResponseSize: ANSWER_BYTES_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as const;
}

const portOf = ({ protocol, port }: URL): number =>
  port === "" ? (protocol === "smtps:" ? SMTPS_PORT : SMTP_PORT) : Number(port);

/** Message-ID is the `webhook-id`, so a mail sent twice is one mail. Later mails about an alert reply to its first. */
function mailOf(webhook: EmailWebhook, { id, event, more = [], first = null }: OutgoingMessage) {
  const { body } = more.length === 0 ? write(event, webhook) : writeMany([event, ...more], webhook);
  const { subject, text, html } = MailText.parse(body);
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(webhook.from)?.[1] ?? "lastbeat";
  const idOf = (name: string): string => `<${name.replace(/[^A-Za-z0-9._-]/g, "-")}@${domain}>`;
  const thread = first === null ? {} : { inReplyTo: idOf(first), references: [idOf(first)] };
  const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
  const { from, to } = webhook;
  return { from, to: [...to], subject, text, html, messageId: idOf(id), ...thread, headers, xMailer: false as const };
}

const Failure = z.object({
  // An abort has a number here; its name says what it is.
  code: z.string().optional().catch(undefined),
  originalCode: z.string().optional(),
  responseCode: z.number().optional(),
  permanent: z.boolean().optional(),
  name: z.string().optional(),
});

/** 5yz is final only if it is about sender, recipient or content: these are the same at each attempt. */
const ABOUT_THE_MESSAGE: ReadonlySet<string> = new Set(["EENVELOPE", "EMESSAGE", "EMAXRECIPIENTS"]);

function failureOf(cause: unknown, { timeoutMs }: MailOptions): MailSent {
  const { name = "unknown", code = name, originalCode, responseCode, permanent } = Failure.catch({}).parse(cause);
  if (code === BLOCKED) return { blocked: true, reason: PRIVATE_ADDRESS };
  if (responseCode !== undefined) {
    const forGood = permanent === true && ABOUT_THE_MESSAGE.has(code);
    const retryAfterMs = TOO_BUSY.has(responseCode) ? GREYLISTED_MS : null;
    const about = code === "EAUTH" ? "mailLoginRefused" : "mailStatus";
    return { status: responseCode, forGood, retryAfterMs, reason: reason(about, { status: responseCode }) };
  }
  return {
    forGood: false,
    reason: reasonFor(originalCode ?? code, timeoutMs),
  };
}

function reasonFor(code: string, timeoutMs: number): Reason {
  switch (code) {
    case "TimeoutError":
    case "ETIMEDOUT":
      return reason("sendTimedOut", { seconds: timeoutMs / SECOND });
    case "AbortError":
    case "EABORT":
      return reason("sendStopped", {});
    case "ECONNREFUSED":
      return reason("sendConnectionRefused", {});
    case "ECONNECTION":
    case "ECONNRESET":
      return reason("sendConnectionClosed", {});
    case "ETLS":
      return reason("mailTlsUntrusted", {});
    case "EDNS":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return reason("sendNameUnresolved", {});
    case "EENVELOPE":
      return reason("mailAddressesRefused", {});
    default:
      return sendFailure(code);
  }
}

/** Rejects when the signal aborts: a server that trickles its answers resets every other timer. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal.reason);
    signal.addEventListener("abort", end, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
