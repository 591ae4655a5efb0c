import { PanelParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readPanel } from "@/lib/views/panels/read";

export const GET = route({
  access: "panel",
  params: PanelParams,
  handle: ({ runtime, params, caller, nowMs, locale }) => {
    const { panel, range, ...labels } = params;
    // The labels of the token override those of the request.
    return readPanel(runtime, panel, range, { ...present(labels), ...caller.labels }, { nowMs, locale });
  },
});

const present = (labels: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
