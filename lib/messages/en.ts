import { alerts } from "@/lib/messages/en/alerts";
import { app } from "@/lib/messages/en/app";
import { applications } from "@/lib/messages/en/applications";
import { brokers } from "@/lib/messages/en/brokers";
import { clients } from "@/lib/messages/en/clients";
import { jobs } from "@/lib/messages/en/jobs";
import { lint } from "@/lib/messages/en/lint";
import { notices } from "@/lib/messages/en/notices";
import { overview } from "@/lib/messages/en/overview";
import { queueVerdict } from "@/lib/messages/en/queue-verdict";
import { queues } from "@/lib/messages/en/queues";
import { reasons } from "@/lib/messages/en/reasons";
import { remedies } from "@/lib/messages/en/remedies";
import { ruleHistory } from "@/lib/messages/en/rule-history";
import { rulePacks } from "@/lib/messages/en/rule-packs";
import { rules } from "@/lib/messages/en/rules";
import { runners } from "@/lib/messages/en/runners";
import { signals } from "@/lib/messages/en/signals";
import { sourcePage } from "@/lib/messages/en/source-page";
import { taken } from "@/lib/messages/en/taken";
import { webhooks } from "@/lib/messages/en/webhooks";

/** Everything people read. ICU message format; zh-CN has the same keys and placeholders, and a test says so. */
export const en = {
  ...app,
  ...overview,
  ...clients,
  ...alerts,
  ...brokers,
  ...queues,
  ...jobs,
  ...runners,
  ...reasons,
  ...remedies,
  ...lint,
  ...webhooks,
  ...applications,
  ...rulePacks,
  ...rules,
  ...signals,
  ...notices,
  ...taken,
  ...ruleHistory,
  ...sourcePage,
  ...queueVerdict,
} as const;
