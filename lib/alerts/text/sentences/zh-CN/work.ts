import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { count, duration, held, remedy, some, subject, waiting } from "@/lib/alerts/text/sentences/zh-CN/words";
import { measured, named, number, part } from "@/lib/alerts/text/words";
import { zhCN } from "@/lib/base/messages/zh-CN";

export const work = {
  "retry-backlog": {
    open: (told) => {
      const waited = part(measured(told, "oldestDueSeconds"), (s) => `，最早的已等 ${duration(s)}`);
      return `${subject(told)} 有${some(told.value, "个重试")}已到期${waited}${cause(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} 的到期重试已降到${some(told.value, "个")}`,
  },
  "retry-not-draining": {
    open: (told) => {
      const due = part(measured(told, "due"), (n) => count(n, "个到期重试"), "到期重试");
      return `${subject(told)}：${due}已有 ${held(told)}没有减少${cause(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)}：到期重试又在减少`,
  },
  "retry-conflict-loop": {
    open: (told) => {
      const twins = measured(told, "conflicts") ?? 0;
      const [updates, rollbacks] = [measured(told, "updates"), measured(told, "rollbacks")];
      const seen = updates !== null && rollbacks !== null;
      const blocked =
        twins > 0
          ? `${count(twins, "个重试")}的唯一键被 pending 任务占用`
          : seen
            ? "没有存入任何重试"
            : "有重试的唯一键被 pending 任务占用";
      const within = duration(measured(told, "windowSeconds") ?? 0);
      const evidence = seen ? `，${within}内更新 ${number(updates)} 次、回滚 ${number(rollbacks)} 次` : "";
      return `${subject(told)}：${blocked}${evidence}，已有 ${held(told)}毫无进展（推断）${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)}：不再有重试被孪生任务挡住`,
  },
  "jobs-not-taken": {
    open: (told) => `${subject(told)}：${waiting(told)}，已有 ${held(told)}无人领取（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)}：任务又有人领取，或已没有任务在等待`,
  },
  "jobs-orphaned": {
    open: (told) => `${subject(told)}：${count(told.value ?? 0, "个任务")}运行超过允许的时长（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)}：没有任务运行超过允许的时长`,
  },
  "jobs-orphan-child": {
    open: (told) =>
      `${subject(told)}：${count(told.value ?? 0, "个任务")}在等待已结束的父任务，而它不会再释放它们${remedy(told)}`,
    cleared: (told) => `${subject(told)}：没有任务在等待已结束的父任务`,
  },
  "open-rows": {
    open: (told) => `${subject(told)} 有${some(told.value, "行")}未完成，拖慢每次领取${remedy(told)}`,
    cleared: (told) => `${subject(told)} 的未完成行已降到${some(told.value, "行")}`,
  },
  "runner-silent": {
    open: (told) => {
      const silent = part(measured(told, "silenceSeconds"), (s) => `已静默 ${duration(s)}`, "静默");
      const bound = part(measured(told, "limitSeconds"), (s) => `（上限 ${duration(s)}）`);
      return `${subject(told)} ${silent}${bound}${holding(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} 又有了消息`,
  },
  "runner-stuck": {
    open: (told) => `${subject(told)} 保持联系，但工作停滞不前${holding(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)} 的工作又有进展`,
  },
  "runner-deaf": {
    open: (told) => `${subject(told)} 没有持有任务，也没有领取正在等待的工作（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)} 又开始领取工作`,
  },
  "runner-bouncing": {
    open: (told) => `${subject(told)} 在一小时内三次被分配同一个任务，且未上报失败（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)} 又能守住分配给它的任务`,
  },
  "runner-missing": {
    open: (told) => {
      const gone = part(measured(told, "missingSeconds"), (s) => ` ${duration(s)}`);
      return `${subject(told)} 已失踪${gone}${holding(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} 已回来`,
  },
  "application-redialing": {
    open: (told) =>
      `${subject(told)}：/jobs 已有 ${held(told)}没有回答，说明有管道正在重新连接 broker（推断）${which(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)}：/jobs 又能立即回答`,
  },
  "pipeline-broken": {
    open: (told) =>
      `${subject(told)}：一个失败的管道使 /jobs 返回 503，已持续 ${held(told)}${which(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)} 又能列出它的管道`,
  },
  "pipeline-not-consuming": {
    open: (told) =>
      `${subject(told)} 已连接${byClient(told)}，但已有 ${held(told)}没有消费任何消息（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)} 已重新开始消费`,
  },
  "pipeline-gave-up": {
    open: (told) => `${subject(told)} 已有 ${held(told)}没有到 broker 的连接${byClient(told)}（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)} 已重新连接`,
  },
  "subscriber-publish-silent": {
    open: (told) => `${subject(told)} 仍在收到消息，但其应用已有 ${held(told)}没有发布任何消息（推断）${remedy(told)}`,
    cleared: (told) => `${subject(told)}：其应用已重新发布，或不再持有消息`,
  },
  "leader-absent": {
    open: (told) => `${subject(told)}：${waiting(told)}，已有 ${held(told)}无人持有领导者锁${remedy(told)}`,
    cleared: (told) => `${subject(told)}：又有领导者，或已没有任务在等待`,
  },
  "runners-short": {
    open: (told) => {
      const [present, expected] = [measured(told, "present"), measured(told, "expected")];
      const of =
        present === null || expected === null ? "" : `：应有 ${number(expected)} 个，在线 ${number(present)} 个`;
      return `${subject(told)} 缺少${some(told.value, "个 runner")}${of}`;
    },
    cleared: (told) => `${subject(told)} 的 runner 已齐`,
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;

/** Pipelines that the broker shows to be away or idle. */
const which = (told: SummaryInput): string =>
  part(named(told, "pipelines"), (names) => `；broker 一侧看到异常的管道：${names}`);

const byClient = (told: SummaryInput): string => part(named(told, "client"), (name) => `（客户端 ${name}）`);

const CAUSES: ReadonlyMap<string, string> = new Map(Object.entries(zhCN.jobs.cause));

/** Why, where the table shows it; the catalogue says that it is inferred. */
const cause = (told: SummaryInput): string =>
  part(CAUSES.get(named(told, "cause") ?? "") ?? null, (said) => `：${said}`);

const holding = (told: SummaryInput): string =>
  part(measured(told, "jobsRunning"), (jobs) => `，持有 ${count(jobs, "个任务")}`);
