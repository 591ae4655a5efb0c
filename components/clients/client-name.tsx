"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ClientView } from "@/lib/views/clients/schema";

type Named = Pick<ClientView, "id" | "name" | "displayName" | "namedBy" | "product" | "sessionsOpen">;

/** A client's display name, and what else there is to say: its own name, or that it gives none. */
export function useClientName() {
  const t = useTranslations("clientList");
  return ({
    name,
    displayName,
    namedBy,
    product,
    sessionsOpen,
  }: Named): { readonly title: string; readonly detail: string | null } => {
    if (displayName !== name) return { title: displayName, detail: name };
    if (namedBy === "connection-name") return { title: displayName, detail: null };
    return { title: displayName, detail: t("unnamed", { n: sessionsOpen, product: product ?? "AMQP" }) };
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
