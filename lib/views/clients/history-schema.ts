import { z } from "zod";
import { AlertView } from "@/lib/views/alerts/schema";
import { ClientTrouble, ClientView, SessionView } from "@/lib/views/clients/schema";
import { NameSuggestionView } from "@/lib/views/clients/suggestion-schema";
import { BlindSpanView } from "@/lib/views/series/schema";

/** One client over one range of time: `GET /api/v1/clients/{id}?range=1h`. */
export const ClientHistory = z.object({
  asOfMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  client: ClientView,
  /** Its current problems for which a rule fires, critical ones first. */
  troubles: z.array(ClientTrouble),
  /** The client is one of many short successors: the pattern that makes them one. null: it is not. */
  nameSuggestion: NameSuggestionView.nullable(),
  /** When it will count as lost; null unless it is absent. The time depends on its library. */
  lostFromMs: z.number().nullable(),
  /** When its broker became unreachable: all data is as of then. null while it is reachable. */
  blindSinceMs: z.number().nullable(),
  /** Sessions that were open in the range, the latest first; at most 2,000, and whether there were more. */
  sessions: z.array(SessionView),
  sessionsCut: z.boolean(),
  /** Periods in which the broker blocked it; toMs is null while one lasts. */
  blocked: z.array(z.object({ fromMs: z.number(), toMs: z.number().nullable() })),
  silence: z.object({
    /**
     * The last hour as polled, oldest first. Silence rises from 0 at fromMs to peakSeconds at toMs. Where the peak is
     * shorter than the segment, the client sent all the time and was never silent for longer than the peak. Segments
     * are not stored: they begin anew when Lastbeat restarts.
     */
    teeth: z.array(z.object({ fromMs: z.number(), toMs: z.number(), peakSeconds: z.number() })),
    /** Before that: the minutes in which it was late, each with its longest silence. Other minutes are not stored. */
    late: z.array(z.object({ fromMs: z.number(), toMs: z.number(), seconds: z.number() })),
  }),
  /** Periods in which its broker was unreachable. */
  blind: z.array(BlindSpanView),
  restarts: z.array(z.object({ atMs: z.number(), node: z.string() })),
  alerts: z.array(AlertView),
});
export type ClientHistory = z.infer<typeof ClientHistory>;
