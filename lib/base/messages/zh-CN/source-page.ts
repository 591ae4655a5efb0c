import type { sourcePage as english } from "@/lib/base/messages/en/source-page";
import type { Same } from "@/lib/base/messages/same";

export const sourcePage: Same<typeof english> = {
  sourcePage: {
    troubled: "{source} 的 {n, number} 个队列中有 {troubled, number} 个需要处理。",
    sourceTroubled: "{source} 需要处理。",
    answer: {
      fine: "自 {clock} 起，{source} 有应答。",
      slow: "自 {clock} 起，{source} 应答缓慢。",
      hanging: "自 {clock} 起，{source} 没有应答。",
      broken: "自 {clock} 起，{source} 出错。",
      stopping: "自 {clock} 起，{source} 正在关闭。",
      absent: "自 {clock} 起，{source} 没有任务功能。",
    },
    gone: "自 {clock} 起，{source} 已退出（推断）。{because}",
    publishFailing: "自 {clock} 起，{source} 的发布持续抛出{exception, select, none {异常} other { {exception}}}。",
    publishing: {
      moving: "自 {clock} 起，{source} 正常。",
      stalled: "自 {clock} 起，{source} 没有发布任何消息（推断）。",
      unknown: "{source} 有应答；是否在发布未测量。",
    },
  },
};
