import type { Severity } from "@/lib/alerts/model/rule";
import type { Locale } from "@/lib/base/messages/locale";

/** Any value JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Our signature of Standard Webhooks: one secret, or two while they are rotated. */
interface Signed {
  /** `whsec_` and the base64 of 24 to 64 bytes; a body is signed with each. */
  readonly secrets: readonly string[];
}
interface Bearer {
  readonly token: string | null;
}
type Nothing = Readonly<Record<never, never>>;

/** What each format needs beside the address. */
interface Settings {
  readonly standard: Signed;
  readonly cloudevents: Signed & Bearer;
  readonly alertmanager: Signed & Bearer;
  readonly "alertmanager-api": Signed & Bearer;
  /** JSON with `{{path}}` in its texts; `{{token}}` is filled last, and shown nowhere. */
  readonly template: Signed & Bearer & { readonly template: Json };
  readonly slack: Nothing;
  readonly teams: Nothing;
  readonly discord: Nothing;
  readonly wecom: Nothing;
  readonly telegram: { readonly token: string; readonly chat: string; readonly thread: number | null };
  readonly pagerduty: { readonly routingKey: string };
  readonly opsgenie: { readonly apiKey: string };
  readonly feishu: { readonly secret: string | null };
  /** `url` is smtp or smtps, with user and password where the server wants them. */
  readonly email: {
    readonly from: string;
    readonly to: readonly string[];
    /** Of smtp, which begins in the clear: whether TLS must follow. Passwords are never sent without it. */
    readonly startTls: "required" | "offered";
    /** Certificates of a house's own authority, as PEM; null: those the system trusts. */
    readonly ca: string | null;
  };
  readonly dingtalk: { readonly secret: string | null; readonly at: Mentioned };
}

/** Whom a message to DingTalk rings. */
interface Mentioned {
  readonly mobiles: readonly string[];
  readonly userIds: readonly string[];
  readonly all: boolean;
}

interface Common {
  readonly id: string;
  readonly url: string;
  readonly severities: readonly Severity[];
  readonly sendResolved: boolean;
  /** On-prem receivers live on private addresses; without this they are refused. */
  readonly allowPrivate: boolean;
  /** Messages a minute at most; null: what the format's service takes. */
  readonly ratePerMinute: number | null;
  /** Deliveries in one message at most, 1 for never more; null: what the format's service takes. */
  readonly batch: number | null;
  /** Of an alert's sentence in every format, and of the words around it where people read them. */
  readonly language: Locale;
}

export type FormatName = keyof Settings;
export type WebhookOf<F extends FormatName> = Common & { readonly format: F } & Settings[F];
/** Where alerts are sent, and in which format. */
export type Webhook = { readonly [F in FormatName]: WebhookOf<F> }[FormatName];
