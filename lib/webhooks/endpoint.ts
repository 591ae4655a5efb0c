import type { Severity } from "@/lib/alerts/rule";

/** Where alerts are sent. Only `standard` (Standard Webhooks) exists yet. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly format: "standard";
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  readonly secret: string;
  readonly severities: readonly Severity[];
  readonly sendResolved: boolean;
  /** On-prem receivers live on private addresses; without this they are refused. */
  readonly allowPrivate: boolean;
}
