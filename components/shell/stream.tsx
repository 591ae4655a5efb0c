"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { usePaused } from "@/components/shell/paused";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { eventTopics, isInvalidatedBy } from "@/lib/views/topics";

/** Every tick of every broker and source is an event; a page refetches at most this often. */
const REFETCH_INTERVAL_MS = 1_000;
/** A browser does not reopen an event stream after an error response. Polling continues, so a retry is not urgent. */
const REOPEN_AFTER_MS = 10_000;

/** Refetches the queries whose data has changed on the server. Renders nothing; kiosk mode includes it too. */
export function Stream() {
  const client = useQueryClient();
  const paused = usePaused();
  useEffect(() => {
    if (paused) return;
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const refetch = () => {
      timer = null;
      const topics = [...changed];
      changed.clear();
      client.invalidateQueries({ predicate: ({ queryKey }) => isInvalidatedBy(topics, queryKey) }).catch(() => {});
    };
    const close = openStream((topics) => {
      for (const topic of topics) changed.add(topic);
      timer ??= setTimeout(refetch, REFETCH_INTERVAL_MS);
    });
    return () => {
      if (timer !== null) clearTimeout(timer);
      close();
    };
  }, [client, paused]);
  return null;
}

function openStream(onChanged: (topics: readonly string[]) => void): () => void {
  let reopen: ReturnType<typeof setTimeout> | null = null;
  let stream: EventSource | null = null;
  const open = () => {
    const opened = new EventSource(`${BASE_PATH}/api/v1/stream`);
    opened.addEventListener("changed", ({ data }) => onChanged(eventTopics(String(data))));
    opened.addEventListener("error", () => {
      if (opened.readyState === EventSource.CLOSED) reopen = setTimeout(open, REOPEN_AFTER_MS);
    });
    stream = opened;
  };
  open();
  return () => {
    if (reopen !== null) clearTimeout(reopen);
    stream?.close();
  };
}
