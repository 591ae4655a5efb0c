import { answer } from "@/lib/api/answer";
import { PanelParams } from "@/lib/api/params";
import { readPanel } from "@/lib/views/read/panel";

export const GET = answer({
  who: "panel",
  params: PanelParams,
  read: ({ runtime, params, asker, nowMs, locale }) => {
    const { panel, range, ...labels } = params;
    // What the token limits stands above what the page asks for.
    return readPanel(runtime, panel, range, { ...given(labels), ...asker.labels }, { nowMs, locale });
  },
});

const given = (labels: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
