import { z } from "zod";
import { AlertView } from "@/lib/views/alerts/schema";
import { ClientTrouble, ClientView, SessionView } from "@/lib/views/clients/schema";

/** One client over one range of time: `GET /api/v1/clients/{id}?range=1h`. */
export const ClientHistory = z.object({
  asOfMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  client: ClientView,
  /** What it does wrong now, as far as a rule calls it trouble; the critical first. */
  troubles: z.array(ClientTrouble),
  /** When it is lost unless it is back; null unless it is away. Give-up times differ by library. */
  lostFromMs: z.number().nullable(),
  /** Since when its broker cannot be seen: all of this is as it was then. null while it can be. */
  blindSinceMs: z.number().nullable(),
  /** Sessions that stood in the range, the latest opened first; at most 2,000, and whether there were more. */
  sessions: z.array(SessionView),
  sessionsCut: z.boolean(),
  /** Periods in which the broker read nothing from it; toMs null while it lasts. */
  blocked: z.array(z.object({ fromMs: z.number(), toMs: z.number().nullable() })),
  silence: z.object({
    /**
     * The last hour as polled, oldest first: silence rises from 0 at fromMs to peakSeconds at toMs; where the peak is
     * shorter than the stretch it was heard all the time and never silent for longer than the peak. Not stored: it
     * begins anew when Lastbeat does.
     */
    teeth: z.array(z.object({ fromMs: z.number(), toMs: z.number(), peakSeconds: z.number() })),
    /** Before that: minutes in which it was late, each with its longest silence. Other minutes are not kept. */
    late: z.array(z.object({ fromMs: z.number(), toMs: z.number(), seconds: z.number() })),
  }),
  /** Spans in which its broker could not be seen. */
  blind: z.array(z.object({ fromMs: z.number(), toMs: z.number(), because: z.string() })),
  restarts: z.array(z.object({ atMs: z.number(), node: z.string() })),
  alerts: z.array(AlertView),
});
export type ClientHistory = z.infer<typeof ClientHistory>;
