import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { SIGNALS } from "@/lib/signals/catalogue";

const CATALOGUE = SIGNALS.map(({ name, unit, kind, labels }) => ({ name, unit, kind, labels }));

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ params, nowMs }) => ({ asOfMs: nowMs, ...pageOf(CATALOGUE, params, (signal) => signal.name) }),
});
