import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import {
  Alertmanager,
  AlertmanagerApi,
  CloudEvent,
  CREDENTIALS,
  Dingtalk,
  Discord,
  Feishu,
  OpsgenieAlert,
  OpsgenieNote,
  PagerDuty,
  Slack,
  Standard,
  Teams,
  Telegram,
  Wecom,
} from "./service-shapes.ts";

/** One request as received by a service. */
export interface Call {
  readonly method: string;
  /** Includes the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A chat or paging service as documented: accepts valid requests and refuses invalid ones. */
export interface Service {
  /** The faults of the call, as text; empty if the service accepts it. */
  faults(call: Call, nowMs: number): readonly string[];
  /** The replies to an accepted call and to a refused one. */
  readonly takes: Reply;
  readonly refuses: Reply;
}

/** Messages with an older timestamp are refused. */
const HOUR_MS = 3_600_000;

type Check = (call: Call, nowMs: number) => readonly string[];

const all =
  (...checks: readonly Check[]): Check =>
  (call, nowMs) =>
    checks.flatMap((check) => check(call, nowMs));

const shaped =
  (schema: z.ZodType, bytesMax: number): Check =>
  ({ method, body }) => {
    const faults = Buffer.byteLength(body) > bytesMax ? [`a body of more than ${bytesMax} bytes`] : [];
    const read = schema.safeParse(parsed(body));
    const shape = read.success ? [] : read.error.issues.map((one) => `${one.path.join(".")}: ${one.message}`);
    return [...(method === "POST" ? [] : ["not a POST"]), ...faults, ...shape];
  };

const header =
  (field: string, wanted: string): Check =>
  ({ headers }) =>
    headers[field] === wanted ? [] : [`${field} is wrong`];

const at =
  (pattern: RegExp): Check =>
  ({ path }) =>
    pattern.test(path) ? [] : ["the path is wrong"];

const json = header("content-type", "application/json");

const signedByStandard: Check = ({ headers, body }) => {
  try {
    new Webhook(CREDENTIALS.standard).verify(body, { ...headers }, { jsonParse: false });
    return [];
  } catch {
    return ["the signature does not hold"];
  }
};

const hmac = (key: string, signed: string) => createHmac("sha256", key).update(signed).digest("base64");

/** Timestamp in seconds; the secret is part of the HMAC key, and the signed text is empty. */
const signedForFeishu: Check = ({ body }, nowMs) => {
  const read = z.object({ timestamp: z.string(), sign: z.string() }).safeParse(parsed(body));
  if (!read.success) return ["no signature"];
  const { timestamp, sign } = read.data;
  const old = Math.abs(nowMs - Number(timestamp) * 1000) < HOUR_MS ? [] : ["19021: timestamp out of range"];
  return sign === hmac(`${timestamp}\n${CREDENTIALS.feishu}`, "") ? old : ["19021: sign match fail"];
};

/** Timestamp in milliseconds; the secret is the HMAC key and also follows the timestamp in the signed text. */
const signedForDingtalk: Check = ({ path }, nowMs) => {
  const query = new URL(path, "http://dingtalk").searchParams;
  const timestamp = query.get("timestamp") ?? "";
  const faults = query.get("access_token") === "m4rk3d" ? [] : ["no access_token"];
  if (Math.abs(nowMs - Number(timestamp)) > HOUR_MS) return [...faults, "310000: timestamp out of range"];
  const sign = hmac(CREDENTIALS.dingtalk, `${timestamp}\n${CREDENTIALS.dingtalk}`);
  return query.get("sign") === sign ? faults : [...faults, "310000: sign not match"];
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const OK: Reply = { status: 200, body: "" };
const BAD: Reply = { status: 400, body: "" };
const service = (takes: Reply, refuses: Reply, ...checks: readonly Check[]): Service => ({
  takes,
  refuses,
  faults: all(...checks),
});
const answer = (status: number, answer: object | string): Reply => ({
  status,
  body: typeof answer === "string" ? answer : JSON.stringify(answer),
});
const bearer = header("authorization", `Bearer ${CREDENTIALS.bearer}`);
const cloudContent = header("content-type", "application/cloudevents+json; charset=utf-8");

/** The services by webhook format. Limits: each service's documentation, as collected in the facts of the project. */
export const SERVICES = {
  standard: service(OK, BAD, shaped(Standard, 19_999), json, signedByStandard),
  cloudevents: service(OK, BAD, shaped(CloudEvent, 64_000), cloudContent, signedByStandard, bearer),
  alertmanager: service(OK, BAD, shaped(Alertmanager, 64_000), json, signedByStandard, bearer),
  "alertmanager-api": service(OK, BAD, shaped(AlertmanagerApi, 64_000), json, at(/^\/hook\/api\/v2\/alerts$/), bearer),
  slack: service(answer(200, "ok"), answer(400, "invalid_blocks"), shaped(Slack, 100_000), json),
  teams: service(answer(202, ""), answer(413, ""), shaped(Teams, 28_000), json),
  discord: service(answer(204, ""), answer(400, { code: 50035 }), shaped(Discord, 100_000), json),
  telegram: service(
    answer(200, { ok: true, result: {} }),
    answer(400, { ok: false, error_code: 400 }),
    shaped(Telegram, 100_000),
    json,
    at(new RegExp(`^/hook/bot${CREDENTIALS.telegram}/sendMessage$`)),
  ),
  pagerduty: service(
    answer(202, { status: "success" }),
    answer(400, { status: "invalid event" }),
    shaped(PagerDuty, 512 * 1024),
    json,
  ),
  opsgenie: {
    takes: answer(202, { result: "Request will be processed" }),
    refuses: answer(422, { message: "Request body is not processable" }),
    faults(call, nowMs) {
      const create = call.path === "/hook/v2/alerts";
      const close = /^\/hook\/v2\/alerts\/[^/?]{1,4096}\/(close|acknowledge)\?identifierType=alias$/;
      const shape = shaped(create ? OpsgenieAlert : OpsgenieNote, 512 * 1024);
      const where = create ? [] : at(close)(call, nowMs);
      return [...where, ...all(shape, json, header("authorization", `GenieKey ${CREDENTIALS.opsgenie}`))(call, nowMs)];
    },
  },
  feishu: service(
    answer(200, { code: 0, msg: "success" }),
    answer(200, { code: 19021, msg: "sign match fail" }),
    shaped(Feishu, 20_000),
    json,
    signedForFeishu,
  ),
  dingtalk: service(
    answer(200, { errcode: 0, errmsg: "ok" }),
    answer(200, { errcode: 310000, errmsg: "sign not match" }),
    shaped(Dingtalk, 20_000),
    json,
    signedForDingtalk,
  ),
  wecom: service(
    answer(200, { errcode: 0, errmsg: "ok" }),
    answer(200, { errcode: 40058, errmsg: "markdown.content exceed max length" }),
    shaped(Wecom, 20_000),
    json,
    at(/^\/hook\?key=m4rk3d$/),
  ),
} satisfies Record<string, Service>;
