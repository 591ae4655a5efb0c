import "server-only";
import { minutesChartRange } from "@/lib/storage/history/chart-range";
import { objectSource } from "@/lib/storage/history/sources/object-source";
import { minutesOnly } from "@/lib/storage/history/stored-rows";

/** Signals of clients: only the minutes in which a client was in trouble are stored, and no samples. */
export const clientMinutes = objectSource({
  chartRange: async (_db, range, _ids, resolution) => minutesChartRange(range, resolution),
  ruleRange: async (_db, range) => ({ resolution: "trouble", range: minutesOnly(range) }),
});
