import { applicationGone } from "@/lib/alerts/rules/application-gone";
import { applicationPublishFailing } from "@/lib/alerts/rules/application-publish-failing";
import { applicationRedialing } from "@/lib/alerts/rules/application-redialing";
import { brokerAlarm } from "@/lib/alerts/rules/broker-alarm";
import { brokerUnreachable } from "@/lib/alerts/rules/broker-unreachable";
import { certificateExpiring } from "@/lib/alerts/rules/certificate-expiring";
import { channelChurnHigh } from "@/lib/alerts/rules/channel-churn-high";
import { clientBlocked } from "@/lib/alerts/rules/client-blocked";
import { clientChurn } from "@/lib/alerts/rules/client-churn";
import { clientConnectionsLeaked } from "@/lib/alerts/rules/client-connections-leaked";
import { clientConsumersGone } from "@/lib/alerts/rules/client-consumers-gone";
import { clientFlapping } from "@/lib/alerts/rules/client-flapping";
import { clientLost } from "@/lib/alerts/rules/client-lost";
import { clientNotConsuming } from "@/lib/alerts/rules/client-not-consuming";
import { clientPublishSilent } from "@/lib/alerts/rules/client-publish-silent";
import { clientReplicasMissing } from "@/lib/alerts/rules/client-replicas-missing";
import { clientUnackedPinned } from "@/lib/alerts/rules/client-unacked-pinned";
import { clientsNotBack } from "@/lib/alerts/rules/clients-not-back";
import { clusterPartitioned } from "@/lib/alerts/rules/cluster-partitioned";
import { connectionChurnHigh } from "@/lib/alerts/rules/connection-churn-high";
import { deprecatedFeaturesUsed } from "@/lib/alerts/rules/deprecated-features-used";
import { featureFlagsDisabled } from "@/lib/alerts/rules/feature-flags-disabled";
import { heartbeatLate } from "@/lib/alerts/rules/heartbeat-late";
import { jobsFailing } from "@/lib/alerts/rules/jobs-failing";
import { jobsNotTaken } from "@/lib/alerts/rules/jobs-not-taken";
import { jobsOrphanChild } from "@/lib/alerts/rules/jobs-orphan-child";
import { jobsOrphaned } from "@/lib/alerts/rules/jobs-orphaned";
import { leaderAbsent } from "@/lib/alerts/rules/leader-absent";
import { messagesUnroutable } from "@/lib/alerts/rules/messages-unroutable";
import { nodeDescriptorsFilling } from "@/lib/alerts/rules/node-descriptors-filling";
import { nodeDiskFilling } from "@/lib/alerts/rules/node-disk-filling";
import { nodeDown } from "@/lib/alerts/rules/node-down";
import { nodeMemoryFilling } from "@/lib/alerts/rules/node-memory-filling";
import { nodeResourcesScarce } from "@/lib/alerts/rules/node-resources-scarce";
import { openRows } from "@/lib/alerts/rules/open-rows";
import { pipelineBroken } from "@/lib/alerts/rules/pipeline-broken";
import { pipelineGaveUp } from "@/lib/alerts/rules/pipeline-gave-up";
import { pipelineNotConsuming } from "@/lib/alerts/rules/pipeline-not-consuming";
import { queueBacklogGrowing } from "@/lib/alerts/rules/queue-backlog-growing";
import { queueConsumersIdle } from "@/lib/alerts/rules/queue-consumers-idle";
import { queueDeadLetters } from "@/lib/alerts/rules/queue-dead-letters";
import { queueUnavailable } from "@/lib/alerts/rules/queue-unavailable";
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
import { applicationGone as applicationGoneTexts } from "@/lib/base/messages/rules/application-gone";
import { applicationPublishFailing as applicationPublishFailingTexts } from "@/lib/base/messages/rules/application-publish-failing";
import { applicationRedialing as applicationRedialingTexts } from "@/lib/base/messages/rules/application-redialing";
import { brokerAlarm as brokerAlarmTexts } from "@/lib/base/messages/rules/broker-alarm";
import { brokerUnreachable as brokerUnreachableTexts } from "@/lib/base/messages/rules/broker-unreachable";
import { certificateExpiring as certificateExpiringTexts } from "@/lib/base/messages/rules/certificate-expiring";
import { channelChurnHigh as channelChurnHighTexts } from "@/lib/base/messages/rules/channel-churn-high";
import { clientBlocked as clientBlockedTexts } from "@/lib/base/messages/rules/client-blocked";
import { clientChurn as clientChurnTexts } from "@/lib/base/messages/rules/client-churn";
import { clientConnectionsLeaked as clientConnectionsLeakedTexts } from "@/lib/base/messages/rules/client-connections-leaked";
import { clientConsumersGone as clientConsumersGoneTexts } from "@/lib/base/messages/rules/client-consumers-gone";
import { clientFlapping as clientFlappingTexts } from "@/lib/base/messages/rules/client-flapping";
import { clientLost as clientLostTexts } from "@/lib/base/messages/rules/client-lost";
import { clientNotConsuming as clientNotConsumingTexts } from "@/lib/base/messages/rules/client-not-consuming";
import { clientPublishSilent as clientPublishSilentTexts } from "@/lib/base/messages/rules/client-publish-silent";
import { clientReplicasMissing as clientReplicasMissingTexts } from "@/lib/base/messages/rules/client-replicas-missing";
import { clientUnackedPinned as clientUnackedPinnedTexts } from "@/lib/base/messages/rules/client-unacked-pinned";
import { clientsNotBack as clientsNotBackTexts } from "@/lib/base/messages/rules/clients-not-back";
import { clusterPartitioned as clusterPartitionedTexts } from "@/lib/base/messages/rules/cluster-partitioned";
import { connectionChurnHigh as connectionChurnHighTexts } from "@/lib/base/messages/rules/connection-churn-high";
import { deprecatedFeaturesUsed as deprecatedFeaturesUsedTexts } from "@/lib/base/messages/rules/deprecated-features-used";
import { featureFlagsDisabled as featureFlagsDisabledTexts } from "@/lib/base/messages/rules/feature-flags-disabled";
import { heartbeatLate as heartbeatLateTexts } from "@/lib/base/messages/rules/heartbeat-late";
import { jobsFailing as jobsFailingTexts } from "@/lib/base/messages/rules/jobs-failing";
import { jobsNotTaken as jobsNotPickedUpTexts } from "@/lib/base/messages/rules/jobs-not-taken";
import { jobsOrphanChild as jobsOrphanChildTexts } from "@/lib/base/messages/rules/jobs-orphan-child";
import { jobsOrphaned as jobsOrphanedTexts } from "@/lib/base/messages/rules/jobs-orphaned";
import { leaderAbsent as leaderAbsentTexts } from "@/lib/base/messages/rules/leader-absent";
import { messagesUnroutable as messagesUnroutableTexts } from "@/lib/base/messages/rules/messages-unroutable";
import { nodeDescriptorsFilling as nodeDescriptorsFillingTexts } from "@/lib/base/messages/rules/node-descriptors-filling";
import { nodeDiskFilling as nodeDiskFillingTexts } from "@/lib/base/messages/rules/node-disk-filling";
import { nodeDown as nodeDownTexts } from "@/lib/base/messages/rules/node-down";
import { nodeMemoryFilling as nodeMemoryFillingTexts } from "@/lib/base/messages/rules/node-memory-filling";
import { nodeResourcesScarce as nodeResourcesScarceTexts } from "@/lib/base/messages/rules/node-resources-scarce";
import { openRows as openRowsTexts } from "@/lib/base/messages/rules/open-rows";
import { pipelineBroken as pipelineBrokenTexts } from "@/lib/base/messages/rules/pipeline-broken";
import { pipelineGaveUp as pipelineGaveUpTexts } from "@/lib/base/messages/rules/pipeline-gave-up";
import { pipelineNotConsuming as pipelineNotConsumingTexts } from "@/lib/base/messages/rules/pipeline-not-consuming";
import { queueBacklogGrowing as queueBacklogGrowingTexts } from "@/lib/base/messages/rules/queue-backlog-growing";
import { queueConsumersIdle as queueConsumersIdleTexts } from "@/lib/base/messages/rules/queue-consumers-idle";
import { queueDeadLetters as queueDeadLettersTexts } from "@/lib/base/messages/rules/queue-dead-letters";
import { queueUnavailable as queueUnavailableTexts } from "@/lib/base/messages/rules/queue-unavailable";
import { queueWithoutConsumer as queueWithoutConsumerTexts } from "@/lib/base/messages/rules/queue-without-consumer";
import { retryBacklog as retryBacklogTexts } from "@/lib/base/messages/rules/retry-backlog";
import { retryConflictLoop as retryConflictLoopTexts } from "@/lib/base/messages/rules/retry-conflict-loop";
import { retryNotDraining as retryNotDrainingTexts } from "@/lib/base/messages/rules/retry-not-draining";
import { runnerBouncing as runnerBouncingTexts } from "@/lib/base/messages/rules/runner-bouncing";
import { runnerDeaf as runnerDeafTexts } from "@/lib/base/messages/rules/runner-deaf";
import { runnerMissing as runnerMissingTexts } from "@/lib/base/messages/rules/runner-missing";
import { runnerSilent as runnerSilentTexts } from "@/lib/base/messages/rules/runner-silent";
import { runnerStuck as runnerStuckTexts } from "@/lib/base/messages/rules/runner-stuck";
import { runnersShort as runnersShortTexts } from "@/lib/base/messages/rules/runners-short";
import { sourceBehind as sourceBehindTexts } from "@/lib/base/messages/rules/source-behind";
import { sourceUnreachable as sourceUnreachableTexts } from "@/lib/base/messages/rules/source-unreachable";
import { subscriberPublishSilent as subscriberPublishSilentTexts } from "@/lib/base/messages/rules/subscriber-publish-silent";
import { webhookDead as webhookDeadTexts } from "@/lib/base/messages/rules/webhook-dead";
import { webhookFailing as webhookFailingTexts } from "@/lib/base/messages/rules/webhook-failing";

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
  jobsFailing,
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
  clientChurn,
  clientReplicasMissing,
  queueWithoutConsumer,
  queueUnavailable,
  queueConsumersIdle,
  queueBacklogGrowing,
  queueDeadLetters,
  clientsNotBack,
  brokerAlarm,
  nodeDown,
  clusterPartitioned,
  nodeMemoryFilling,
  nodeDiskFilling,
  nodeDescriptorsFilling,
  nodeResourcesScarce,
  messagesUnroutable,
  connectionChurnHigh,
  channelChurnHigh,
  certificateExpiring,
  deprecatedFeaturesUsed,
  featureFlagsDisabled,
  applicationGone,
  applicationRedialing,
  pipelineBroken,
  pipelineNotConsuming,
  pipelineGaveUp,
  subscriberPublishSilent,
  applicationPublishFailing,
  leaderAbsent,
  webhookFailing,
  webhookDead,
] as const;

/**
 * The texts of every built-in rule by its id. A rule without texts does not compile (`lib/alerts/text/summary.ts`). The
 * browser gets the messages of one language with its page, and the build leaves this constant out of its code.
 */
export const RULE_TEXTS = {
  "heartbeat-late": heartbeatLateTexts,
  "client-flapping": clientFlappingTexts,
  "client-lost": clientLostTexts,
  "retry-backlog": retryBacklogTexts,
  "retry-not-draining": retryNotDrainingTexts,
  "retry-conflict-loop": retryConflictLoopTexts,
  "open-rows": openRowsTexts,
  "jobs-not-taken": jobsNotPickedUpTexts,
  "jobs-failing": jobsFailingTexts,
  "jobs-orphaned": jobsOrphanedTexts,
  "jobs-orphan-child": jobsOrphanChildTexts,
  "runner-silent": runnerSilentTexts,
  "runner-stuck": runnerStuckTexts,
  "runner-deaf": runnerDeafTexts,
  "runner-bouncing": runnerBouncingTexts,
  "runner-missing": runnerMissingTexts,
  "runners-short": runnersShortTexts,
  "broker-unreachable": brokerUnreachableTexts,
  "source-unreachable": sourceUnreachableTexts,
  "source-behind": sourceBehindTexts,
  "client-not-consuming": clientNotConsumingTexts,
  "client-consumers-gone": clientConsumersGoneTexts,
  "client-publish-silent": clientPublishSilentTexts,
  "client-unacked-pinned": clientUnackedPinnedTexts,
  "client-blocked": clientBlockedTexts,
  "client-connections-leaked": clientConnectionsLeakedTexts,
  "client-churn": clientChurnTexts,
  "client-replicas-missing": clientReplicasMissingTexts,
  "queue-without-consumer": queueWithoutConsumerTexts,
  "queue-unavailable": queueUnavailableTexts,
  "queue-consumers-idle": queueConsumersIdleTexts,
  "queue-backlog-growing": queueBacklogGrowingTexts,
  "queue-dead-letters": queueDeadLettersTexts,
  "clients-not-back": clientsNotBackTexts,
  "broker-alarm": brokerAlarmTexts,
  "node-down": nodeDownTexts,
  "cluster-partitioned": clusterPartitionedTexts,
  "node-memory-filling": nodeMemoryFillingTexts,
  "node-disk-filling": nodeDiskFillingTexts,
  "node-descriptors-filling": nodeDescriptorsFillingTexts,
  "node-resources-scarce": nodeResourcesScarceTexts,
  "messages-unroutable": messagesUnroutableTexts,
  "connection-churn-high": connectionChurnHighTexts,
  "channel-churn-high": channelChurnHighTexts,
  "certificate-expiring": certificateExpiringTexts,
  "deprecated-features-used": deprecatedFeaturesUsedTexts,
  "feature-flags-disabled": featureFlagsDisabledTexts,
  "application-gone": applicationGoneTexts,
  "application-redialing": applicationRedialingTexts,
  "pipeline-broken": pipelineBrokenTexts,
  "pipeline-not-consuming": pipelineNotConsumingTexts,
  "pipeline-gave-up": pipelineGaveUpTexts,
  "subscriber-publish-silent": subscriberPublishSilentTexts,
  "application-publish-failing": applicationPublishFailingTexts,
  "leader-absent": leaderAbsentTexts,
  "webhook-failing": webhookFailingTexts,
  "webhook-dead": webhookDeadTexts,
} as const;
