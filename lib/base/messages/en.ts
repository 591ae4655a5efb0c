import { alertActions } from "@/lib/base/messages/en/alert-actions";
import { alerts } from "@/lib/base/messages/en/alerts";
import { app } from "@/lib/base/messages/en/app";
import { applications } from "@/lib/base/messages/en/applications";
import { brokers } from "@/lib/base/messages/en/brokers";
import { clients } from "@/lib/base/messages/en/clients";
import { handled } from "@/lib/base/messages/en/handled";
import { incidents } from "@/lib/base/messages/en/incidents";
import { jobs } from "@/lib/base/messages/en/jobs";
import { lint } from "@/lib/base/messages/en/lint";
import { overview } from "@/lib/base/messages/en/overview";
import { queueVerdict } from "@/lib/base/messages/en/queue-verdict";
import { queues } from "@/lib/base/messages/en/queues";
import { reasons } from "@/lib/base/messages/en/reasons";
import { ruleHistory } from "@/lib/base/messages/en/rule-history";
import { rulePacks } from "@/lib/base/messages/en/rule-packs";
import { rules } from "@/lib/base/messages/en/rules";
import { runners } from "@/lib/base/messages/en/runners";
import { signals } from "@/lib/base/messages/en/signals";
import { sourcePage } from "@/lib/base/messages/en/source-page";
import { webhooks } from "@/lib/base/messages/en/webhooks";

/** Everything people read but the texts of rules (`lib/alerts/catalogue/messages.ts`). ICU message format. */
export const en = {
  ...app,
  ...overview,
  ...clients,
  ...alerts,
  ...brokers,
  ...queues,
  ...incidents,
  ...jobs,
  ...runners,
  ...reasons,
  ...lint,
  ...webhooks,
  ...applications,
  ...rulePacks,
  ...rules,
  ...signals,
  ...alertActions,
  ...handled,
  ...ruleHistory,
  ...sourcePage,
  ...queueVerdict,
} as const;
