"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "@/components/webhooks/action-button";
import { formFromItem, saveRule } from "@/lib/views/rules/query";
import type { RuleItem } from "@/lib/views/rules/schema";

/** Disables or enables a rule. For a built-in rule this creates a rule with the same id, and a message says so. */
export function Switch({ rule }: { readonly rule: RuleItem }) {
  const t = useTranslations("rules");
  const client = useQueryClient();
  const [replaced, setReplaced] = useState(false);
  const run = () => saveRule({ ...formFromItem(rule), enabled: !rule.enabled }, "existing");
  const done = (): void => {
    setReplaced(rule.origin === "built-in");
    void client.invalidateQueries({ queryKey: ["rules"] });
  };
  return (
    <>
      <ActionButton label={t(rule.enabled ? "switchOff" : "switchOn")} about={rule.id} run={run} done={done} />
      {replaced ? (
        <span role="status" className="order-last w-full max-w-64 text-12 text-quiet">
          {t("switchedOff", { rule: rule.id })}
        </span>
      ) : null}
    </>
  );
}
