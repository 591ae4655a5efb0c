import { PanelParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { readPanel } from "@/lib/views/panels/read";

export const GET = route({
  access: "panel",
  params: PanelParams,
  handle: ({ runtime, params, caller, nowMs, locale }) => {
    const { panel, range, ...labels } = params;
    // What the token limits stands above what the page asks for.
    return readPanel(runtime, panel, range, { ...given(labels), ...caller.labels }, { nowMs, locale });
  },
});

const given = (labels: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
