import { en } from "@/lib/base/messages/en";
import type { Locale } from "@/lib/base/messages/locale";
import { zhCN } from "@/lib/base/messages/zh-CN";

type Text<T> = { [K in keyof T]: T[K] extends string ? string : Text<T[K]> };
export type Messages = Text<typeof en>;

export const messagesFor = (locale: Locale): Messages => (locale === "zh-CN" ? zhCN : en);
