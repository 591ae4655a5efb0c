"use client";

import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ClientRow } from "@/lib/views/clients";

/** Why and when a client's last session ended. */
export function LastEnd({ end }: { readonly end: ClientRow["lastEnd"] }) {
  const t = useTranslations("clients");
  const reason = useReason();
  if (end === null) return <span className="text-quiet">{t("never")}</span>;
  return (
    <>
      {reason(end.reason, end.inferred)}{" "}
      <span className="text-quiet">
        <TimeAgo ms={end.atMs} />
      </span>
    </>
  );
}
