import type { Severity } from "@/lib/alerts/model/rule";
import type { Locale } from "@/lib/base/messages/locale";

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Signed as in Standard Webhooks, with one secret, or two during a rotation. */
interface Signed {
  /** `whsec_` and the base64 of 24 to 64 bytes; a body is signed with each. */
  readonly secrets: readonly string[];
}
interface Bearer {
  readonly token: string | null;
}
type NoSettings = Readonly<Record<never, never>>;

/** The settings of each format besides the address. */
interface Settings {
  readonly standard: Signed;
  readonly cloudevents: Signed & Bearer;
  readonly alertmanager: Signed & Bearer;
  readonly "alertmanager-api": Signed & Bearer;
  /** JSON with `{{path}}` in its texts. `{{token}}` is filled last and never shown. */
  readonly template: Signed & Bearer & { readonly template: Json };
  readonly slack: NoSettings;
  readonly teams: NoSettings;
  readonly discord: NoSettings;
  readonly wecom: NoSettings;
  readonly telegram: { readonly token: string; readonly chat: string; readonly thread: number | null };
  readonly pagerduty: { readonly routingKey: string };
  readonly opsgenie: { readonly apiKey: string };
  readonly feishu: { readonly secret: string | null };
  /** `url` is smtp or smtps, with user and password where the server needs them. */
  readonly email: {
    readonly from: string;
    readonly to: readonly string[];
    /** Whether smtp, which begins unencrypted, must switch to TLS. Passwords are never sent without it. */
    readonly startTls: "required" | "offered";
    /** Certificates of a private authority, as PEM; null: those that the system trusts. */
    readonly ca: string | null;
  };
  readonly dingtalk: { readonly secret: string | null; readonly at: Mentions };
}

/** The people whom a message to DingTalk notifies. */
interface Mentions {
  readonly mobiles: readonly string[];
  readonly userIds: readonly string[];
  readonly all: boolean;
}

interface Common {
  readonly id: string;
  readonly url: string;
  readonly severities: readonly Severity[];
  readonly sendResolved: boolean;
  /** Permits private addresses, on which on-premises receivers are. */
  readonly allowPrivate: boolean;
  /** Certificates of private authorities, in a file; absent: those that the process trusts. */
  readonly caFile?: string | undefined;
  /** Messages a minute at most; null: the limit of the service. */
  readonly ratePerMinute: number | null;
  /** Deliveries per message at most; null: the limit of the service. */
  readonly batch: number | null;
  /** The language of the alert's sentence in every format, and of the other words in formats for people. */
  readonly language: Locale;
}

export type FormatName = keyof Settings;
export type WebhookOf<F extends FormatName> = Common & { readonly format: F } & Settings[F];
/** Where alerts are sent, and in which format. */
export type Webhook = { readonly [F in FormatName]: WebhookOf<F> }[FormatName];
