import type { Reason } from "@/lib/base/messages/reason";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { BrokerView } from "@/lib/views/brokers/schema";
import type { ClientView } from "@/lib/views/clients/schema";
import type { JobsRow } from "@/lib/views/jobs/schema";
import type { RunnerView } from "@/lib/views/runners/schema";

/** What the verdict is computed from. */
export interface VerdictInput {
  readonly brokers: readonly BrokerView[];
  readonly clients: readonly ClientView[];
  readonly jobs: readonly (JobsRow & { readonly stateSinceMs: number; readonly duePerMinute: number | null })[];
  readonly runners: readonly RunnerView[];
  /** Open alerts. */
  readonly alerts: readonly AlertView[];
  readonly provenMs: number | null;
  /** Whether there is a broker or a source to poll. */
  readonly configured: boolean;
  /** Scopes whose ticks have repeatedly not been saved. */
  readonly failing: readonly { readonly what: string; readonly sinceMs: number; readonly reason: Reason }[];
}
