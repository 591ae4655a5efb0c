"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { RuleEditor } from "@/components/rules/rule-editor";
import { Missing } from "@/components/ui/missing";
import { QueryResult } from "@/components/ui/query-result";
import { rulesQuery } from "@/lib/views/rules/query";

/** One rule by its id, read from the list. If two rules have the same id, the narrower one is edited. */
export function RulePanel({ id }: { readonly id: string }) {
  const t = useTranslations("ruleEditor");
  const query = useQuery(rulesQuery());
  return (
    <QueryResult query={query} what={id} height={400} failedAs="h1">
      {({ items }) => {
        const rule = items.find((one) => one.id === id);
        if (rule === undefined) return <Missing words={t("notFound", { id })} href="/rules" link={t("back")} />;
        return <RuleEditor key={rule.id} rule={rule} />;
      }}
    </QueryResult>
  );
}
