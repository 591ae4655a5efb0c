import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** How many replicas run of how many; null for a queue without replicas, and where all run. */
function replicas(alert: SentenceInput): { readonly running: number; readonly all: number } | null {
  const [all, down] = [measured(alert, "members"), measured(alert, "membersDown")];
  return all === null || down === null || down === 0 ? null : { running: all - down, all };
}

const isDown = ({ value }: SentenceInput): boolean => (value ?? 0) >= 2;
const hasCrashed = (alert: SentenceInput): boolean => named(alert, "queueState") === "crashed";

export const queueUnavailable = ruleTexts({
  en: {
    title: "Queue unavailable",
    summary:
      "A queue cannot be used (its node is down, it has crashed, or too few replicas run to elect a leader), or a replica of it is down.",
    why: "Without a majority of its replicas nothing can be published to a quorum queue or a stream or consumed from it. With one replica down, the next failure may cost the majority.",
    cause:
      "A node of the cluster is down, was removed without its replicas being moved, or cannot reach the others; or the process of the queue has crashed.",
    next: "Bring the node back, and read its log. If it will not come back, remove it from the members of its queues and add another (rabbitmq-queues shrink and grow). For a crashed queue, read the log of its node.",
    alert: {
      open: (alert) => {
        const some = replicas(alert);
        const nodes = part(named(alert, "nodes"), (names) => ` (down: ${names})`);
        const clients = part(named(alert, "clients"), (names) => `; used by ${names}`);
        if (some !== null && isDown(alert)) {
          return `${en.subject(alert)} has no majority and no leader: ${some.running} of ${some.all} replicas run${nodes}${clients}`;
        }
        if (some !== null) {
          return `${en.subject(alert)} has lost a replica: ${some.running} of ${some.all} run${nodes}${clients}`;
        }
        if (!isDown(alert)) return `${en.subject(alert)} has lost a replica${clients}`;
        return `${en.subject(alert)} cannot be used: ${hasCrashed(alert) ? "it has crashed" : "its node is down"}${clients}`;
      },
      cleared: (alert) => `${en.subject(alert)} is available again, with all its replicas`,
    },
    line: "cannot be used, or has lost a replica, since {clock}",
  },
  zhCN: {
    title: "队列不可用",
    summary: "队列无法使用（所在节点宕机、队列崩溃，或运行的副本太少、选不出 leader），或它的某个副本已宕机。",
    why: "仲裁队列或流失去多数副本后，既不能发布也不能消费。少一个副本时，再出一次故障就可能失去多数。",
    cause: "集群中有节点宕机、被移除而未迁移副本，或与其他节点失去联系；也可能是队列进程崩溃。",
    next: "恢复该节点，并阅读它的日志。若它不再回来，请把它从队列成员中移除并增加新的副本（rabbitmq-queues shrink 与 grow）。队列崩溃时请阅读其节点的日志。",
    alert: {
      open: (alert) => {
        const some = replicas(alert);
        const nodes = part(named(alert, "nodes"), (names) => `（宕机：${names}）`);
        const clients = part(named(alert, "clients"), (names) => `；使用它的客户端：${names}`);
        if (some !== null && isDown(alert)) {
          return `${zh.subject(alert)} 失去多数副本，没有 leader：${some.all} 个副本中 ${some.running} 个在运行${nodes}${clients}`;
        }
        if (some !== null) {
          return `${zh.subject(alert)} 少了副本：${some.all} 个中 ${some.running} 个在运行${nodes}${clients}`;
        }
        if (!isDown(alert)) return `${zh.subject(alert)} 少了副本${clients}`;
        return `${zh.subject(alert)} 无法使用：${hasCrashed(alert) ? "队列已崩溃" : "所在节点宕机"}${clients}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 已恢复可用，副本齐全`,
    },
    line: "自 {clock} 起无法使用，或少了副本",
  },
});
