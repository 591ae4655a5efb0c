"use client";

import { useTranslations } from "next-intl";
import { EndReason } from "@/components/clients/end-reason";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ClientRow } from "@/lib/views/clients/schema";

/** Close reason and time of a client's last session. */
export function LastEnd({ end }: { readonly end: ClientRow["lastEnd"] }) {
  const t = useTranslations("clients");
  if (end === null) return <span className="text-quiet">{t("never")}</span>;
  return (
    <>
      <EndReason end={end} />{" "}
      <span className="text-quiet">
        <TimeAgo ms={end.atMs} />
      </span>
    </>
  );
}
