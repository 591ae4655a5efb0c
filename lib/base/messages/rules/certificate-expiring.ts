import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, number, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const certificateExpiring = ruleTexts({
  en: {
    title: "Certificate expires",
    summary: "The certificate of a TLS listener of the broker expires within 30 days.",
    why: "From then on no client that verifies it can connect: all fail at the same moment.",
    cause: "It was not renewed, or was renewed in a file that the broker does not read.",
    next: "Renew it, replace the files, and have the node read them again (rabbitmqctl eval 'ssl:clear_pem_cache().', or a restart).",
    alert: {
      open: (alert) => {
        const days = Math.floor(alert.value ?? 0);
        const when = days === 0 ? "today or has expired" : `in ${en.plural(days, "day")}`;
        return `Broker ${en.subject(alert)}: a certificate expires ${when}${part(named(alert, "listeners"), (names) => `: ${names}`)}`;
      },
      cleared: (alert) => `Broker ${en.subject(alert)}: no certificate expires within ${number(30)} days`,
    },
  },
  zhCN: {
    title: "证书即将到期",
    summary: "broker 的某个 TLS 监听器的证书将在 30 天内到期。",
    why: "到期后，所有校验证书的客户端会同时无法连接。",
    cause: "没有续期，或续期后的文件不是 broker 读取的那个。",
    next: "续期并替换文件，再让节点重新读取（rabbitmqctl eval 'ssl:clear_pem_cache().'，或重启）。",
    alert: {
      open: (alert) => {
        const days = Math.floor(alert.value ?? 0);
        const when = days === 0 ? "今天到期或已过期" : `在 ${zh.count(days, "天")}后到期`;
        return `broker ${zh.subject(alert)} 有证书${when}${part(named(alert, "listeners"), (names) => `：${names}`)}`;
      },
      cleared: (alert) => `broker ${zh.subject(alert)} 没有 ${number(30)} 天内到期的证书`,
    },
  },
});
