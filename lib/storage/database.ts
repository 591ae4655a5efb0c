import type { PostgresDatabase } from "@/lib/base/postgres/connect";
import type { Schema } from "@/lib/storage/schema/schema";

/** The database of Lastbeat, open and migrated. */
export type Database = PostgresDatabase<Schema>;
