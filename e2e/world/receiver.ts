import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Webhook } from "standardwebhooks";
import { listen } from "./listen.ts";
import type { Call, Service } from "./services.ts";
import { until } from "./until.ts";

/** A whole test run sends some hundreds; beyond this limit the oldest are dropped. */
const RECEIVED_MAX = 10_000;
const BODY_BYTES_MAX = 1024 * 1024;

export interface Received {
  readonly atMs: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The parsed body, or null if it is not JSON. */
  readonly json: unknown;
  /** `webhook-id`, the same for all attempts at one delivery. */
  readonly id: string | null;
  readonly signatureValid: boolean;
  /** The faults that the simulated service found in the request; empty without a service. */
  readonly faults: readonly string[];
  /** The response status; null without a response. */
  readonly status: number | null;
}

export interface Receiver {
  readonly url: string;
  /** The secret for checking signatures, `whsec_…`. */
  readonly secret: string;
  readonly received: readonly Received[];
  /** Responds to the next `times` requests with `status`. */
  fail(times: number, status?: number): void;
  /** Leaves the next `times` requests without a response. */
  hang(times: number): void;
  /** Responds to all further requests with `status`. */
  answer(status: number): void;
  /** Responds with `status` to all further requests that match `meant`; other requests are unaffected. */
  refuse(status: number, meant: (call: Call) => boolean): void;
  /** The first past or future request that matches `wanted`. */
  waitFor(wanted: (request: Received) => boolean, withinMs: number): Promise<Received>;
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  readonly secret?: string;
  /** Simulates a chat or paging service: enforces its limits and signature, and responds as the service does. */
  readonly service?: Service;
  readonly onRequest?: (request: Received) => void;
}

/** A webhook receiver on 127.0.0.1 that records every request and checks its Standard Webhooks signature. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const secret = options.secret ?? `whsec_${randomBytes(32).toString("base64")}`;
  const received: Received[] = [];
  const { service } = options;
  let normal = 204;
  let refused = { status: normal, meant: (_: Call): boolean => false };
  let exceptions: (number | null)[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const call = { method: request.method ?? "", path: request.url ?? "/", headers: headersOf(request), body };
    const faults = service?.faults(call, Date.now()) ?? [];
    const reply = faults.length === 0 ? service?.takes : service?.refuses;
    const status =
      exceptions.length > 0
        ? (exceptions.shift() ?? null)
        : (reply?.status ?? (refused.meant(call) ? refused.status : normal));
    const entry = { ...toReceived(call, status, secret), faults };
    received.push(entry);
    if (received.length > RECEIVED_MAX) received.shift();
    options.onRequest?.(entry);
    if (status !== null) response.writeHead(status).end(status === reply?.status ? reply.body : "");
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const { port, close } = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    secret,
    received,
    fail(times, status = 500) {
      exceptions = [...exceptions, ...Array.from({ length: times }, () => status)];
    },
    hang(times) {
      exceptions = [...exceptions, ...Array.from({ length: times }, () => null)];
    },
    answer(status) {
      normal = status;
    },
    refuse(status, meant) {
      refused = { status, meant };
    },
    waitFor: (wanted, withinMs) => until("a webhook", withinMs, () => received.find(wanted) ?? null),
    stop: close,
  };
}

function toReceived({ path, headers, body }: Call, status: number | null, secret: string) {
  return {
    atMs: Date.now(),
    path,
    headers,
    body,
    json: parseJson(body),
    id: headers["webhook-id"] ?? null,
    signatureValid: verify(secret, body, headers),
    status,
  };
}

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );

function verify(secret: string, body: string, headers: Call["headers"]): boolean {
  try {
    new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

async function read(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
