import type { ruleHistory as english } from "@/lib/base/messages/en/rule-history";
import type { Same } from "@/lib/base/messages/same";

export const ruleHistory: Same<typeof english> = {
  ruleHistory: {
    title: "更改记录",
    none: "此规则没有在此更改过。",
    failed: "无法读取更改记录：{message}",
    made: "由 {who} 创建",
    changed: "由 {who} 更改",
    deleted: "由 {who} 删除",
    fromTo: "{before} → {after}",
    empty: "无",
    on: "是",
    off: "否",
    same: "原样保存",
    own: "新规则",
    gone: "此后没有该标识的规则",
    unknown: "此前的内容已不再保存",
    older: "{n, plural, other {更早的 # 次更改}}",
  },
};
