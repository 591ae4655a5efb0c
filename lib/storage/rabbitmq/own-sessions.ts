import "server-only";
import { type RawBuilder, sql } from "kysely";
import { OWN_NAME_PATTERN } from "@/lib/rabbitmq/api/own";

/** Whether a session, by the column with its client's id, is another program's than Lastbeat's own. */
export const isOfOthers = (client: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`(${client} IS NULL OR ${client} NOT IN (SELECT own.id FROM lastbeat.clients own
    WHERE own.name LIKE 'lastbeat.%' AND own.name ~ ${sql.lit(OWN_NAME_PATTERN)} AND own.named_by = 'connection-name'))`;
