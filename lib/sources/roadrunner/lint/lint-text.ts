import { createTranslator } from "next-intl";
import { en } from "@/lib/base/messages/en";
import type { LintFinding, LintText } from "@/lib/sources/roadrunner/lint/finding";

/** Adds the English text to findings, for clients without the message catalogue. */
export function lintText(findings: readonly LintFinding[]) {
  const messages: Readonly<Record<LintText, string>> = en.lint.says;
  const translate = createTranslator({ locale: "en", messages });
  return findings.map((finding) => {
    const { key, values } = finding.text;
    return { ...finding, message: translate(key, values), text: { key, values: { ...values } } };
  });
}
