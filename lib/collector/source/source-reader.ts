import "server-only";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { isMysqlUrl } from "@/lib/config/mysql-source";
import { isRedisUrl } from "@/lib/config/redis-source";
import type { SourceConfig } from "@/lib/config/schema";
import { createFastStreamReader } from "@/lib/sources/faststream/faststream-reader";
import { createMysqlReader } from "@/lib/sources/reading/mysql-reader";
import { createPeertubeReader } from "@/lib/sources/reading/peertube-reader";
import { createRedisReader } from "@/lib/sources/reading/redis-reader";
import type { SourceReader } from "@/lib/sources/reading/source-reader";
import { createSqlReader } from "@/lib/sources/reading/sql-reader";
import { createRoadRunnerReader } from "@/lib/sources/roadrunner/roadrunner-reader";

/** Creates the reader for a source: an application over HTTP, PeerTube by its REST API, a table of PostgreSQL or MySQL, or keys of Redis. */
export function readerOf(config: SourceConfig): SourceReader<ApplicationFacts> {
  switch (config.kind) {
    case "roadrunner":
      return createRoadRunnerReader(config);
    case "faststream":
      return createFastStreamReader(config);
    case "bullmq":
    case "sidekiq":
    case "celery":
      return createRedisReader(config);
    case "laravel":
      if (isRedisUrl(config.databaseUrl)) return createRedisReader({ ...config, kind: "laravel" });
      return isMysqlUrl(config.databaseUrl)
        ? createMysqlReader({ ...config, kind: "laravel" })
        : createSqlReader(config);
    case "sql":
      return isMysqlUrl(config.databaseUrl) ? createMysqlReader(config) : createSqlReader(config);
    default:
      return "apiUrl" in config ? createPeertubeReader(config) : createSqlReader(config);
  }
}
