"use client";

import { useTranslations } from "next-intl";
import { usePackWords } from "@/components/rules/words";

/** Why a rule matters, its likely cause, the next step and the notes of single systems; nothing for a custom rule. */
export function Advice({ rule }: { readonly rule: string }) {
  const t = useTranslations("rules");
  const words = usePackWords();
  const about = words.about(rule);
  if (about === null) return null;
  const { why, cause, next } = about;
  return (
    <dl className="grid gap-x-4 gap-y-1 text-13 sm:grid-cols-[9rem_1fr]">
      {Object.entries({ why, cause, next }).map(([part, text]) => (
        <Part key={part} name={t(part === "why" ? "why" : part === "cause" ? "cause" : "next")} text={text} />
      ))}
      {words.inSystems(rule).map(({ system, text }) => (
        <Part key={system} name={t("inSystem", { system })} text={text} />
      ))}
    </dl>
  );
}

function Part({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd className="min-w-0 break-words max-sm:mb-1">{text}</dd>
    </>
  );
}

/** The advice of a rule, collapsed under "what to do"; nothing for a rule without advice. */
export function WhatToDo({ rule }: { readonly rule: string }) {
  const t = useTranslations("rules");
  const { about } = usePackWords();
  if (about(rule) === null) return null;
  return (
    <details className="mt-1 text-13">
      <summary className="min-h-6 cursor-pointer text-quiet hover:text-ink">{t("what")}</summary>
      <div className="mt-1 border-l-2 border-line pl-3">
        <Advice rule={rule} />
      </div>
    </details>
  );
}
