import "server-only";
import type { SourceConfig } from "@/lib/config/schema";
import { createFastStreamReader } from "@/lib/faststream/read";
import { createSourceReader, type SourceReader } from "@/lib/jobs/read";
import { createRoadRunnerReader } from "@/lib/roadrunner/read";

/** Whoever reads this kind of source: an application over HTTP, or a table over SQL. */
export function readerOf(config: SourceConfig): SourceReader {
  switch (config.kind) {
    case "roadrunner":
      return createRoadRunnerReader(config);
    case "faststream":
      return createFastStreamReader(config);
    default:
      return createSourceReader(config);
  }
}
