import type { en } from "@/lib/messages/en";
import type { Same } from "@/lib/messages/same";
import { alerts } from "@/lib/messages/zh-CN/alerts";
import { app } from "@/lib/messages/zh-CN/app";
import { applications } from "@/lib/messages/zh-CN/applications";
import { brokers } from "@/lib/messages/zh-CN/brokers";
import { clients } from "@/lib/messages/zh-CN/clients";
import { jobs } from "@/lib/messages/zh-CN/jobs";
import { lint } from "@/lib/messages/zh-CN/lint";
import { notices } from "@/lib/messages/zh-CN/notices";
import { overview } from "@/lib/messages/zh-CN/overview";
import { queueVerdict } from "@/lib/messages/zh-CN/queue-verdict";
import { queues } from "@/lib/messages/zh-CN/queues";
import { reasons } from "@/lib/messages/zh-CN/reasons";
import { remedies } from "@/lib/messages/zh-CN/remedies";
import { ruleHistory } from "@/lib/messages/zh-CN/rule-history";
import { rulePacks } from "@/lib/messages/zh-CN/rule-packs";
import { rules } from "@/lib/messages/zh-CN/rules";
import { runners } from "@/lib/messages/zh-CN/runners";
import { signals } from "@/lib/messages/zh-CN/signals";
import { sourcePage } from "@/lib/messages/zh-CN/source-page";
import { taken } from "@/lib/messages/zh-CN/taken";
import { webhooks } from "@/lib/messages/zh-CN/webhooks";

export const zhCN: Same<typeof en> = {
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
};
