"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { usePaused } from "@/components/shell/paused";

/** Changes arrive with every tick of every broker and source; a page need not draw more often than this. */
const REDRAW_AT_MOST_EVERY_MS = 1_000;
/** A refused stream is not opened again by the browser. Polling goes on meanwhile, so there is no hurry. */
const OPEN_AGAIN_AFTER_MS = 10_000;

/** Asks again as soon as the server says that something changed. Draws nothing; a wall board has it too. */
export function Stream() {
  const client = useQueryClient();
  const paused = usePaused();
  useEffect(() => {
    if (paused) return;
    let due: ReturnType<typeof setTimeout> | null = null;
    const changed = () => {
      due ??= setTimeout(() => {
        due = null;
        client.invalidateQueries().catch(() => {});
      }, REDRAW_AT_MOST_EVERY_MS);
    };
    const close = openStream(changed);
    return () => {
      if (due !== null) clearTimeout(due);
      close();
    };
  }, [client, paused]);
  return null;
}

function openStream(changed: () => void): () => void {
  let again: ReturnType<typeof setTimeout> | null = null;
  let stream: EventSource | null = null;
  const open = () => {
    const opened = new EventSource("/api/v1/stream");
    opened.addEventListener("changed", changed);
    opened.addEventListener("error", () => {
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, OPEN_AGAIN_AFTER_MS);
    });
    stream = opened;
  };
  open();
  return () => {
    if (again !== null) clearTimeout(again);
    stream?.close();
  };
}
