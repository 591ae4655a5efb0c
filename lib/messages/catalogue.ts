import { en } from "@/lib/messages/en";
import type { Locale } from "@/lib/messages/locale";
import { zhCN } from "@/lib/messages/zh-CN";

type Text<T> = { [K in keyof T]: T[K] extends string ? string : Text<T[K]> };
export type Messages = Text<typeof en>;

export const messagesFor = (locale: Locale): Messages => (locale === "zh-CN" ? zhCN : en);
