import { type ParsedMatchers, readMatchers } from "@/lib/alerts/matchers/matcher";
import { compilePattern } from "@/lib/base/patterns/pattern";
import type { Labels } from "@/lib/base/signals/labels";

/** Reads matchers and compiles their patterns. The engine weighs 45 kB (gzip), so the browser leaves patterns to the server. */
export const parseMatchers = (given: readonly string[] | Labels): ParsedMatchers =>
  readMatchers(given, (value) => compilePattern(value, "whole"));
