"use client";

import { useTranslations } from "next-intl";
import type { ClientView } from "@/lib/views/clients/schema";

/** More parts than names have; a client may consume any number of queues. */
const SHOWN_MAX = 8;

/** What changes at each start of a client and is left out of its identity, with the rule that says so. */
export function FoldedParts({ folded }: { readonly folded: ClientView["folded"] }) {
  const t = useTranslations("client");
  const count = (of: ClientView["folded"][number]["of"]) => folded.filter((part) => part.of === of).length;
  const counts = { name: count("name"), user: count("user"), queue: count("queue") };
  return (
    <>
      {[
        counts.name > 0 ? t("changesName", { n: counts.name }) : null,
        counts.user > 0 ? t("changesUser", { n: counts.user }) : null,
        counts.queue > 0 ? t("changesQueue", { n: counts.queue }) : null,
      ]
        .filter((text) => text !== null)
        .join(" ")}
      <ul className="text-12 text-quiet">
        {folded.slice(0, SHOWN_MAX).map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts may repeat, and their order does not change between two polls
          <li key={at} className="break-all">
            <code>{part.text}</code> · {part.rule === "strip" ? t("byPattern") : part.rule}
          </li>
        ))}
      </ul>
    </>
  );
}
