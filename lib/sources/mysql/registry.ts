import { RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import type { Queries } from "@/lib/sources/adapters/sql/queries";
import type { MysqlAdapter } from "@/lib/sources/mysql/adapter";
import { laravelMysql } from "@/lib/sources/mysql/laravel/laravel";
import { sqlMysql } from "@/lib/sources/mysql/sql/sql";

/** What can be read from MySQL or MariaDB, with the settings of its kind. */
export type MysqlSettings =
  | { readonly kind: "laravel"; readonly retryAfterSeconds?: number | undefined }
  | { readonly kind: "sql"; readonly queries: Queries };

export const mysqlAdapterOf = (settings: MysqlSettings): MysqlAdapter =>
  settings.kind === "sql"
    ? sqlMysql(settings.queries)
    : laravelMysql(settings.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
