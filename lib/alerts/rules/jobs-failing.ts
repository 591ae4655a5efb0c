import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import type { Context } from "@/lib/base/messages/sentence/context";

/**
 * The value counts only failures that are a tenth of the finished jobs or more, so no `for`. Fifty within ten minutes are
 * an outage of something that all jobs need (Bitmagnet with TMDB away: 80 of 103 within minutes).
 */
export const jobsFailing = {
  ...BUILT_IN,
  id: "jobs-failing",
  signal: "jobs.failing",
  warning: 10,
  critical: 50,
  pack: "work",
  line: { family: "jobs", word: "stuck", place: 175 },
  remedy: (context) => (isOfTmdb(context) ? "bitmagnetTmdb" : "jobsFailing"),
} as const satisfies BuiltInRule;

/** Bitmagnet's classifier asks TMDB (`find_match`), with a key that all installations share by default. */
const isOfTmdb = ({ kind, errorGroup }: Context): boolean =>
  kind === "bitmagnet" && typeof errorGroup === "string" && /find_match|tmdb|themoviedb/i.test(errorGroup);
