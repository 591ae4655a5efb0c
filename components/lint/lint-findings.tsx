"use client";

import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { StateWord } from "@/components/ui/state-word";
import { LINT_TONE } from "@/components/ui/tones";
import { lint as english } from "@/lib/base/messages/en/lint";
import type { LintView } from "@/lib/views/lint/schema";

type Finding = LintView["findings"][number];
type FindingText = keyof typeof english.lint.says;

const hasText = (key: string): key is FindingText => Object.hasOwn(english.lint.says, key);

/** The number of findings per severity, then each finding with its line and fix. Omit `goTo` if there is no editor. */
export function LintFindings({ view, goTo }: { readonly view: LintView; readonly goTo?: (line: number) => void }) {
  const t = useTranslations("lint");
  const count = (severity: Finding["severity"]) => view.findings.filter((one) => one.severity === severity).length;
  const [errors, warnings, hints] = [count("error"), count("warning"), count("info")];
  const ink = errors > 0 ? "text-critical" : warnings > 0 ? "text-warning" : "";
  return (
    <section aria-label={t("findings")}>
      <h2 aria-live="polite" className={`mb-3 text-20 leading-8 font-semibold ${ink}`}>
        {view.findings.length === 0 ? t("good") : t("sentence", { errors, warnings, hints })}
      </h2>
      <ol className="flex flex-col">
        {view.findings.map((finding) => (
          <Line
            key={`${finding.id} ${finding.line} ${finding.column} ${finding.path}`}
            finding={finding}
            goTo={goTo ?? null}
          />
        ))}
      </ol>
    </section>
  );
}

function Line({ finding, goTo }: { readonly finding: Finding; readonly goTo: ((line: number) => void) | null }) {
  const t = useTranslations("lint");
  const { key, values } = finding.text;
  return (
    <li className="flex flex-col gap-1 border-t border-line py-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <StateWord tone={LINT_TONE[finding.severity]}>{t(`severities.${finding.severity}`)}</StateWord>
        {goTo === null ? (
          <span>{t("line", { line: finding.line })}</span>
        ) : (
          <button
            type="button"
            aria-label={t("goTo", { line: finding.line })}
            onClick={() => goTo(finding.line)}
            className="min-h-6 underline"
          >
            {t("line", { line: finding.line })}
          </button>
        )}
        <span className="font-mono text-13 break-all text-quiet">
          {finding.id} {finding.path}
        </span>
      </div>
      <p>{hasText(key) ? t(`says.${key}`, values) : finding.message}</p>
      {finding.fix === null ? null : <Fix text={finding.fix} />}
    </li>
  );
}

function Fix({ text }: { readonly text: string }) {
  const t = useTranslations("lint");
  const fragment = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // Browsers allow clipboard access on HTTPS and localhost only. Elsewhere the user can copy the selected fragment.
    if (fragment.current !== null) window.getSelection()?.selectAllChildren(fragment.current);
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className="rounded-6 border border-line bg-raised">
      <div className="flex items-center justify-between px-2 pt-1 text-13 text-quiet">
        {t("fix")}
        <button type="button" onClick={copy} className="min-h-6 px-1 underline">
          {t(copied ? "copied" : "copy")}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard */}
      <pre ref={fragment} tabIndex={0} className="overflow-x-auto px-2 pb-2 font-mono text-13 leading-5">
        {text}
      </pre>
    </div>
  );
}
