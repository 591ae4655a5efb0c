"use client";

import { useTranslations } from "next-intl";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import type { BrokerView } from "@/lib/views/brokers/schema";

const SHOWN = 10;

/** Logins that the broker refused, newest first. */
export function Refusals({ refusals }: { readonly refusals: BrokerView["refusals"] }) {
  const t = useTranslations("refusals");
  return (
    <Titled title={t("title")}>
      <ul className="text-13">
        {refusals
          .toReversed()
          .slice(0, SHOWN)
          .map((one) => (
            <li key={`${one.atMs}${one.connection}`} className="border-t border-line py-1">
              <span className="break-words">{one.detail}</span>{" "}
              <span className="break-words text-quiet">
                {one.connection} · <TimeAgo ms={one.atMs} />
              </span>
            </li>
          ))}
      </ul>
    </Titled>
  );
}
