"use client";

import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";

interface End {
  readonly reason: string | null;
  readonly inferred: boolean;
}

/** Source of a close reason: reported by the broker, inferred by Lastbeat, or unknown. */
export function useProvenance() {
  const t = useTranslations("provenance");
  return ({ reason, inferred }: End): string =>
    t(inferred ? "inferred" : reason === null || reason === "unknown" ? "unknown" : "reported");
}

/** A session's close reason, with its source on hover. */
export function EndReason({ end }: { readonly end: End }) {
  const reason = useReason();
  const provenance = useProvenance();
  return <span title={provenance(end)}>{reason(end.reason, end.inferred)}</span>;
}
