import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const brokerUnreachable = ruleTexts({
  en: {
    title: "Broker cannot be seen",
    summary: "The management API has not answered for 15 seconds, or refused.",
    why: "Lastbeat is blind there: its other alerts about this broker are held, they neither fire nor resolve.",
    cause: "The broker or its node is down, the management plugin is off, or the address or password has changed.",
    next: "The alert says what came back: 401 is the user (it needs the tag monitoring), a refused connection the port or the plugin, a time-out the node or the network.",
    alert: {
      open: (alert) => `Lastbeat cannot see broker ${en.subject(alert)}${en.because(alert)}`,
      cleared: (alert) => `Lastbeat sees broker ${en.subject(alert)} again`,
    },
  },
  zhCN: {
    title: "看不到 broker",
    summary: "管理 API 已有 15 秒没有应答，或拒绝了请求。",
    why: "Lastbeat 在那里是盲的：与该 broker 有关的其他告警保持原状，既不触发也不恢复。",
    cause: "broker 或其节点已停止、管理插件未启用，或地址、密码已更改。",
    next: "告警写明了得到的回应：401 是用户问题（需要 monitoring 标签），连接被拒是端口或插件，超时是节点或网络。",
    alert: {
      open: (alert) => `Lastbeat 看不到 broker ${zh.subject(alert)}${zh.because(alert)}`,
      cleared: (alert) => `Lastbeat 又能看到 broker ${zh.subject(alert)}`,
    },
  },
});
