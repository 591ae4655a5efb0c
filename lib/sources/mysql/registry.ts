import { RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import type { MysqlAdapter } from "@/lib/sources/mysql/adapter";
import { laravelMysql } from "@/lib/sources/mysql/laravel/laravel";

/** What can be read from MySQL or MariaDB, with the settings of its kind. */
export type MysqlSettings = { readonly kind: "laravel"; readonly retryAfterSeconds?: number | undefined };

export function mysqlAdapterOf(settings: MysqlSettings): MysqlAdapter {
  return laravelMysql(settings.retryAfterSeconds ?? RETRY_AFTER_SECONDS);
}
