import { queryOptions } from "@tanstack/react-query";
import { type Panel, PanelView } from "@/lib/views/panels/schema";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import type { Range } from "@/lib/views/series/schema";
import { dependsOn } from "@/lib/views/topics";

/** `token` is the token of an embed; pages pass null and use their session. `source` limits the panel to one source. */
export const panelQuery = (panel: Panel, range: Range, token: string | null = null, source: string | null = null) => {
  const params = new URLSearchParams({ range, ...(source === null ? {} : { source }) });
  return queryOptions({
    queryKey: ["panel", dependsOn("broker:*", "source:*"), panel, range, token, source],
    queryFn: ({ signal }) => requestJson(PanelView, `/api/v1/panels/${panel}?${params}`, { signal, token }),
    ...polled,
  });
};
