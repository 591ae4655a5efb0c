import { queryOptions } from "@tanstack/react-query";
import { polled } from "@/lib/views/refresh";
import { requestJson } from "@/lib/views/request";
import {
  type SilenceWindowInput,
  SilenceWindowsView,
  SilenceWindowView,
  WindowPreview,
} from "@/lib/views/silence-windows/schema";
import { ALL_SCOPES, dependsOn } from "@/lib/views/topics";

const PATH = "/api/v1/silence-windows";
/** More silence windows than a page shows usefully. */
const WINDOWS_MAX = 200;

export const silenceWindowsQuery = () =>
  queryOptions({
    queryKey: ["silence-windows", dependsOn(...ALL_SCOPES)],
    queryFn: ({ signal }) => requestJson(SilenceWindowsView, `${PATH}?limit=${WINDOWS_MAX}`, { signal }),
    ...polled,
  });

const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Creates a silence window. Throws RequestFailed. */
export const createWindow = (body: SilenceWindowInput): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, PATH, { method: "POST", body });

/** Replaces a silence window. Throws RequestFailed. */
export const editWindow = (id: string, body: SilenceWindowInput): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, pathOf(id), { method: "PUT", body });

/** Ends a silence window now. Throws RequestFailed. */
export const expireWindow = (id: string): Promise<SilenceWindowView> =>
  requestJson(SilenceWindowView, `${pathOf(id)}/expire`, { method: "POST" });

/** The open alerts that these matchers would mute now. Throws RequestFailed. */
export const previewWindow = (match: readonly string[]): Promise<WindowPreview> =>
  requestJson(WindowPreview, `${PATH}/preview`, { method: "POST", body: { match } });
