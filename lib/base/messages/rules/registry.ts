import { applicationRedialing } from "@/lib/base/messages/rules/application-redialing";
import { brokerAlarm } from "@/lib/base/messages/rules/broker-alarm";
import { brokerUnreachable } from "@/lib/base/messages/rules/broker-unreachable";
import { clientBlocked } from "@/lib/base/messages/rules/client-blocked";
import { clientConnectionsLeaked } from "@/lib/base/messages/rules/client-connections-leaked";
import { clientConsumersGone } from "@/lib/base/messages/rules/client-consumers-gone";
import { clientFlapping } from "@/lib/base/messages/rules/client-flapping";
import { clientLost } from "@/lib/base/messages/rules/client-lost";
import { clientNotConsuming } from "@/lib/base/messages/rules/client-not-consuming";
import { clientPublishSilent } from "@/lib/base/messages/rules/client-publish-silent";
import { clientUnackedPinned } from "@/lib/base/messages/rules/client-unacked-pinned";
import { clientsNotBack } from "@/lib/base/messages/rules/clients-not-back";
import { heartbeatLate } from "@/lib/base/messages/rules/heartbeat-late";
import { jobsNotTaken } from "@/lib/base/messages/rules/jobs-not-taken";
import { jobsOrphanChild } from "@/lib/base/messages/rules/jobs-orphan-child";
import { jobsOrphaned } from "@/lib/base/messages/rules/jobs-orphaned";
import { leaderAbsent } from "@/lib/base/messages/rules/leader-absent";
import { nodeDown } from "@/lib/base/messages/rules/node-down";
import { openRows } from "@/lib/base/messages/rules/open-rows";
import { pipelineBroken } from "@/lib/base/messages/rules/pipeline-broken";
import { pipelineGaveUp } from "@/lib/base/messages/rules/pipeline-gave-up";
import { pipelineNotConsuming } from "@/lib/base/messages/rules/pipeline-not-consuming";
import { queueWithoutConsumer } from "@/lib/base/messages/rules/queue-without-consumer";
import { retryBacklog } from "@/lib/base/messages/rules/retry-backlog";
import { retryConflictLoop } from "@/lib/base/messages/rules/retry-conflict-loop";
import { retryNotDraining } from "@/lib/base/messages/rules/retry-not-draining";
import { runnerBouncing } from "@/lib/base/messages/rules/runner-bouncing";
import { runnerDeaf } from "@/lib/base/messages/rules/runner-deaf";
import { runnerMissing } from "@/lib/base/messages/rules/runner-missing";
import { runnerSilent } from "@/lib/base/messages/rules/runner-silent";
import { runnerStuck } from "@/lib/base/messages/rules/runner-stuck";
import { runnersShort } from "@/lib/base/messages/rules/runners-short";
import { sourceBehind } from "@/lib/base/messages/rules/source-behind";
import { sourceUnreachable } from "@/lib/base/messages/rules/source-unreachable";
import { subscriberPublishSilent } from "@/lib/base/messages/rules/subscriber-publish-silent";
import { webhookDead } from "@/lib/base/messages/rules/webhook-dead";
import { webhookFailing } from "@/lib/base/messages/rules/webhook-failing";

/** The texts of every built-in rule by its id. A rule without texts does not compile (`lib/alerts/text/summary.ts`). */
export const RULE_TEXTS = {
  "heartbeat-late": heartbeatLate,
  "client-flapping": clientFlapping,
  "client-lost": clientLost,
  "retry-backlog": retryBacklog,
  "retry-not-draining": retryNotDraining,
  "retry-conflict-loop": retryConflictLoop,
  "open-rows": openRows,
  "jobs-not-taken": jobsNotTaken,
  "jobs-orphaned": jobsOrphaned,
  "jobs-orphan-child": jobsOrphanChild,
  "runner-silent": runnerSilent,
  "runner-stuck": runnerStuck,
  "runner-deaf": runnerDeaf,
  "runner-bouncing": runnerBouncing,
  "runner-missing": runnerMissing,
  "runners-short": runnersShort,
  "broker-unreachable": brokerUnreachable,
  "source-unreachable": sourceUnreachable,
  "source-behind": sourceBehind,
  "client-not-consuming": clientNotConsuming,
  "client-consumers-gone": clientConsumersGone,
  "client-publish-silent": clientPublishSilent,
  "client-unacked-pinned": clientUnackedPinned,
  "client-blocked": clientBlocked,
  "client-connections-leaked": clientConnectionsLeaked,
  "queue-without-consumer": queueWithoutConsumer,
  "clients-not-back": clientsNotBack,
  "broker-alarm": brokerAlarm,
  "node-down": nodeDown,
  "application-redialing": applicationRedialing,
  "pipeline-broken": pipelineBroken,
  "pipeline-not-consuming": pipelineNotConsuming,
  "pipeline-gave-up": pipelineGaveUp,
  "subscriber-publish-silent": subscriberPublishSilent,
  "leader-absent": leaderAbsent,
  "webhook-failing": webhookFailing,
  "webhook-dead": webhookDead,
} as const;
