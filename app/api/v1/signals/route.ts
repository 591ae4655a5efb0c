import { SIGNALS } from "@/lib/base/signals/catalogue";
import { Page, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";

const CATALOGUE = SIGNALS.map(({ name, unit, kind, labels }) => ({ name, unit, kind, labels }));

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ params, nowMs }) => ({ asOfMs: nowMs, ...pageOf(CATALOGUE, params, (signal) => signal.name) }),
});
