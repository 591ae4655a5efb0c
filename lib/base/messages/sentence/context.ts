import type { Reason } from "@/lib/base/messages/reason";

/** Further facts about a measured object, for the sentence of an alert, for example `{ name, silenceSeconds }`. */
export type Context = Readonly<Record<string, string | number | null | Reason>>;
