"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Filters } from "@/components/queues/filters";
import { Findings } from "@/components/queues/findings";
import { Groups } from "@/components/queues/groups";
import { QueueTable } from "@/components/queues/queue-table";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { queuesQuery } from "@/lib/views/queues/query";
import type { QueueFilter } from "@/lib/views/queues/schema";

/** Number of rows shown initially, and added by each "show more". */
const ROWS_STEP = 200;
/** The maximum page size of the API. To see other queues, the user must filter. */
const ROWS_MAX = 1_000;

export function QueuesPanel() {
  const t = useTranslations("queues");
  const [filter, setFilter] = useState<QueueFilter>({});
  const [rows, setRows] = useState(ROWS_STEP);
  const query = useQuery({
    ...queuesQuery(filter, rows),
    ...usePauseable(),
    placeholderData: keepPreviousData,
  });
  const choose = (next: QueueFilter) => {
    setRows(ROWS_STEP);
    setFilter(next);
  };
  return (
    <QueryResult query={query} what={t("title")} height={400} failedAs="h1">
      {(view) => (
        <>
          <Findings view={view} />
          <Groups groups={view.groups} />
          <section aria-labelledby="queues">
            <h2 id="queues" className="mb-2 text-16 font-semibold">
              {t("title")}{" "}
              <span className="text-13 font-normal text-quiet">
                {t("count", { shown: view.items.length, matching: view.matching, total: view.total })}
              </span>
            </h2>
            <Filters filter={filter} vhosts={view.vhosts} choose={choose} />
            <QueueTable queues={view.items} filtered={view.total > 0} />
            {view.next === null ? null : view.items.length < ROWS_MAX ? (
              <button
                type="button"
                className="mt-3 min-h-8 rounded-6 border border-line px-3 hover:bg-raised"
                onClick={() => setRows(Math.min(ROWS_MAX, rows + ROWS_STEP))}
              >
                {t("more", { n: Math.min(ROWS_STEP, view.matching - view.items.length) })}
              </button>
            ) : (
              <p className="mt-3 text-quiet">{t("narrow", { n: ROWS_MAX })}</p>
            )}
          </section>
        </>
      )}
    </QueryResult>
  );
}
