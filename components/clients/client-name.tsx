"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ClientView } from "@/lib/views/clients/schema";

type Named = Pick<ClientView, "id" | "name" | "namedBy" | "product" | "sessionsOpen">;

/** A client's display name. Connections without a connection name are shown as a group. */
export function useClientName() {
  const t = useTranslations("clientList");
  return ({
    name,
    namedBy,
    product,
    sessionsOpen,
  }: Named): { readonly title: string; readonly detail: string | null } => {
    if (namedBy === "connection-name") return { title: name, detail: null };
    return { title: t("unnamed", { n: sessionsOpen, product: product ?? "AMQP" }), detail: name };
  };
}

/** A client's name, linked to its page. */
export function ClientName({ client }: { readonly client: Named }) {
  const { title } = useClientName()(client);
  return (
    <Link href={`/clients/${client.id}`} className="font-semibold break-all hover:underline">
      {title}
    </Link>
  );
}
