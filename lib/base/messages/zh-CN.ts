import type { en } from "@/lib/base/messages/en";
import type { Same } from "@/lib/base/messages/same";
import { alertActions } from "@/lib/base/messages/zh-CN/alert-actions";
import { alerts } from "@/lib/base/messages/zh-CN/alerts";
import { app } from "@/lib/base/messages/zh-CN/app";
import { applications } from "@/lib/base/messages/zh-CN/applications";
import { brokers } from "@/lib/base/messages/zh-CN/brokers";
import { clients } from "@/lib/base/messages/zh-CN/clients";
import { handled } from "@/lib/base/messages/zh-CN/handled";
import { incidents } from "@/lib/base/messages/zh-CN/incidents";
import { jobs } from "@/lib/base/messages/zh-CN/jobs";
import { lint } from "@/lib/base/messages/zh-CN/lint";
import { overview } from "@/lib/base/messages/zh-CN/overview";
import { queueVerdict } from "@/lib/base/messages/zh-CN/queue-verdict";
import { queues } from "@/lib/base/messages/zh-CN/queues";
import { reasons } from "@/lib/base/messages/zh-CN/reasons";
import { ruleHistory } from "@/lib/base/messages/zh-CN/rule-history";
import { rulePacks } from "@/lib/base/messages/zh-CN/rule-packs";
import { rules } from "@/lib/base/messages/zh-CN/rules";
import { runners } from "@/lib/base/messages/zh-CN/runners";
import { signals } from "@/lib/base/messages/zh-CN/signals";
import { sourcePage } from "@/lib/base/messages/zh-CN/source-page";
import { webhooks } from "@/lib/base/messages/zh-CN/webhooks";

export const zhCN: Same<typeof en> = {
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
};
