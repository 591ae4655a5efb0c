import { createTranslator } from "next-intl";
import { en } from "@/lib/base/messages/en";
import type { LintFinding, LintText } from "@/lib/sources/roadrunner/lint/finding";

/** Findings with their English sentence, for whoever does not read the catalogue of messages. */
export function lintText(findings: readonly LintFinding[]) {
  const messages: Readonly<Record<LintText, string>> = en.lint.says;
  const say = createTranslator({ locale: "en", messages });
  return findings.map((finding) => {
    const { key, values } = finding.text;
    return { ...finding, message: say(key, values), text: { key, values: { ...values } } };
  });
}
