import "server-only";
import type { SourceConfig } from "@/lib/config/schema";
import { createFastStreamReader } from "@/lib/sources/faststream/read";
import { openSource } from "@/lib/sources/reading/open";
import type { SourceReader } from "@/lib/sources/reading/reader";
import { createRoadRunnerReader } from "@/lib/sources/roadrunner/read";

/** Whoever reads this kind of source: an application over HTTP, or a table over SQL. */
export function readerOf(config: SourceConfig): SourceReader {
  switch (config.kind) {
    case "roadrunner":
      return createRoadRunnerReader(config);
    case "faststream":
      return createFastStreamReader(config);
    default:
      return openSource(config);
  }
}
