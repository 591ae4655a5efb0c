import "server-only";
import type { SourceConfig } from "@/lib/config/schema";
import { createFastStreamReader } from "@/lib/faststream/read";
import { openSource } from "@/lib/jobs/open";
import type { SourceReader } from "@/lib/jobs/reader";
import { createRoadRunnerReader } from "@/lib/roadrunner/read";

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
