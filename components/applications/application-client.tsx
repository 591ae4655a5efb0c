"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ApplicationView } from "@/lib/views/applications/schema";

type ClientName = Extract<ApplicationView, { is: "faststream" }>["client"];

/** Link to the application's client on the broker, and how the two were matched. */
export function ApplicationClient({ client }: { readonly client: ClientName }) {
  const t = useTranslations("applications");
  if (client === null) return t("clientNone");
  const how = t(`joinedBy.${client.joinedBy}`);
  return (
    <>
      <Link href={`/clients/${client.id}`} className="break-all underline">
        {client.displayName}
      </Link>{" "}
      <span className="text-quiet">
        {[client.connected ? null : t("away"), client.inferred ? t("inferred", { how }) : how]
          .filter((part) => part !== null)
          .join(" · ")}
      </span>
    </>
  );
}
