import { applicationRedialing } from "@/lib/alerts/rules/application-redialing";
import { brokerAlarm } from "@/lib/alerts/rules/broker-alarm";
import { brokerUnreachable } from "@/lib/alerts/rules/broker-unreachable";
import { clientBlocked } from "@/lib/alerts/rules/client-blocked";
import { clientConnectionsLeaked } from "@/lib/alerts/rules/client-connections-leaked";
import { clientConsumersGone } from "@/lib/alerts/rules/client-consumers-gone";
import { clientFlapping } from "@/lib/alerts/rules/client-flapping";
import { clientLost } from "@/lib/alerts/rules/client-lost";
import { clientNotConsuming } from "@/lib/alerts/rules/client-not-consuming";
import { clientPublishSilent } from "@/lib/alerts/rules/client-publish-silent";
import { clientUnackedPinned } from "@/lib/alerts/rules/client-unacked-pinned";
import { clientsNotBack } from "@/lib/alerts/rules/clients-not-back";
import { heartbeatLate } from "@/lib/alerts/rules/heartbeat-late";
import { jobsNotTaken } from "@/lib/alerts/rules/jobs-not-taken";
import { jobsOrphanChild } from "@/lib/alerts/rules/jobs-orphan-child";
import { jobsOrphaned } from "@/lib/alerts/rules/jobs-orphaned";
import { leaderAbsent } from "@/lib/alerts/rules/leader-absent";
import { nodeDown } from "@/lib/alerts/rules/node-down";
import { openRows } from "@/lib/alerts/rules/open-rows";
import { pipelineBroken } from "@/lib/alerts/rules/pipeline-broken";
import { pipelineGaveUp } from "@/lib/alerts/rules/pipeline-gave-up";
import { pipelineNotConsuming } from "@/lib/alerts/rules/pipeline-not-consuming";
import { queueWithoutConsumer } from "@/lib/alerts/rules/queue-without-consumer";
import { retryBacklog } from "@/lib/alerts/rules/retry-backlog";
import { retryConflictLoop } from "@/lib/alerts/rules/retry-conflict-loop";
import { retryNotDraining } from "@/lib/alerts/rules/retry-not-draining";
import { runnerBouncing } from "@/lib/alerts/rules/runner-bouncing";
import { runnerDeaf } from "@/lib/alerts/rules/runner-deaf";
import { runnerMissing } from "@/lib/alerts/rules/runner-missing";
import { runnerSilent } from "@/lib/alerts/rules/runner-silent";
import { runnerStuck } from "@/lib/alerts/rules/runner-stuck";
import { runnersShort } from "@/lib/alerts/rules/runners-short";
import { sourceBehind } from "@/lib/alerts/rules/source-behind";
import { sourceUnreachable } from "@/lib/alerts/rules/source-unreachable";
import { subscriberPublishSilent } from "@/lib/alerts/rules/subscriber-publish-silent";
import { webhookDead } from "@/lib/alerts/rules/webhook-dead";
import { webhookFailing } from "@/lib/alerts/rules/webhook-failing";

/** Every built-in rule, in the order in which the API lists them. */
export const REGISTRY = [
  heartbeatLate,
  clientFlapping,
  clientLost,
  retryBacklog,
  retryNotDraining,
  retryConflictLoop,
  openRows,
  jobsNotTaken,
  jobsOrphaned,
  jobsOrphanChild,
  runnerSilent,
  runnerStuck,
  runnerDeaf,
  runnerBouncing,
  runnerMissing,
  runnersShort,
  brokerUnreachable,
  sourceUnreachable,
  sourceBehind,
  clientNotConsuming,
  clientConsumersGone,
  clientPublishSilent,
  clientUnackedPinned,
  clientBlocked,
  clientConnectionsLeaked,
  queueWithoutConsumer,
  clientsNotBack,
  brokerAlarm,
  nodeDown,
  applicationRedialing,
  pipelineBroken,
  pipelineNotConsuming,
  pipelineGaveUp,
  subscriberPublishSilent,
  leaderAbsent,
  webhookFailing,
  webhookDead,
] as const;
