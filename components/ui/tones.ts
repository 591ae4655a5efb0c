import type { Tone } from "@/components/ui/state-word";
import type { ClientState } from "@/lib/rabbitmq/clients/client";
import { isCriticallyLate } from "@/lib/views/clients/critically-late";
import type { DeliveryView } from "@/lib/views/deliveries/schema";
import type { JobsRow } from "@/lib/views/jobs/schema";
import type { LintView } from "@/lib/views/lint/schema";
import type { RunnerView } from "@/lib/views/runners/schema";

const CLIENT_TONE: Readonly<Record<ClientState, Tone>> = {
  late: "warning",
  lost: "critical",
  blocked: "warning",
  absent: "warning",
  connected: "quiet",
  departed: "unknown",
};

/** A late client is critical once it has missed two heartbeats, in lists and pages as in the verdict and its alert. */
export const clientTone = (state: ClientState, missed: number | null): Tone =>
  state === "late" && isCriticallyLate(missed) ? "critical" : CLIENT_TONE[state];

export const RUNNER_TONE: Readonly<Record<RunnerView["state"], Tone>> = {
  silent: "critical",
  stuck: "critical",
  deaf: "warning",
  bouncing: "warning",
  late: "warning",
  missing: "warning",
  unknown: "unknown",
  ok: "ok",
  idle: "quiet",
};

export const DELIVERY_TONE: Readonly<Record<DeliveryView["state"], Tone>> = {
  queued: "quiet",
  delivered: "ok",
  failed: "warning",
  dead: "critical",
};

export const LINT_TONE: Readonly<Record<LintView["findings"][number]["severity"], Tone>> = {
  error: "critical",
  warning: "warning",
  info: "quiet",
};

export const SOURCE_TONE: Readonly<Record<JobsRow["state"], Tone>> = {
  ok: "quiet",
  unreachable: "critical",
  unauthorized: "critical",
  timeout: "warning",
  incompatible: "critical",
  starting: "unknown",
};
