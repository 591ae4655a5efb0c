"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useNow } from "@/components/ui/now";
import { useWords } from "@/components/ui/words";
import { REFRESH_MS } from "@/lib/views/refresh";
import { RequestFailed } from "@/lib/views/request";

/** Three refreshes without new data: the old data stays, and the page shows its age. */
const STALE_AFTER_MS = 3 * REFRESH_MS;

/** The states of a query: loading, failed, stale, data. The children handle empty data. */
export function QueryResult<T extends { readonly asOfMs: number }>(props: {
  readonly query: UseQueryResult<T>;
  readonly what: string;
  readonly height?: number;
  /** `h1` if this is the whole page: it has no other heading while the request fails. */
  readonly failedAs?: "h1" | "p";
  readonly children: (data: T) => ReactNode;
}) {
  const { query, what, height = 200, failedAs = "p" } = props;
  const t = useTranslations("queryResult");
  if (query.data === undefined) {
    if (query.isError) return <Failed what={what} error={query.error} as={failedAs} />;
    return (
      <div
        role="status"
        aria-label={t("loading")}
        className="rounded-6 bg-raised motion-safe:animate-pulse"
        style={{ height }}
      />
    );
  }
  return (
    <>
      <Stale asOfMs={query.data.asOfMs} />
      {props.children(query.data)}
    </>
  );
}

function Stale({ asOfMs }: { readonly asOfMs: number }) {
  const now = useNow();
  const t = useTranslations("queryResult");
  const { span } = useWords();
  if (now === null || now - asOfMs < STALE_AFTER_MS) return null;
  return (
    <p className="hatch mb-2 border border-line px-2 py-1 text-13 text-warning" data-stale>
      <span className="bg-ground px-1">{t("stale", { span: span((now - asOfMs) / 1_000) })}</span>
    </p>
  );
}

function Failed(props: { readonly what: string; readonly error: Error; readonly as: "h1" | "p" }) {
  const { what, error, as: Title } = props;
  const t = useTranslations("queryResult");
  const silent = error instanceof RequestFailed && error.status === 0;
  return (
    <div role="alert" className="rounded-6 border border-critical p-3">
      <Title className="font-semibold text-critical">{t("failedTitle", { what })}</Title>
      <p className="text-13">{t(silent ? "unreachable" : "failed", { message: error.message })}</p>
    </div>
  );
}
