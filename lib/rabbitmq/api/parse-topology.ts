import { z } from "zod";
import { done, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import type { Binding, Exchange } from "@/lib/rabbitmq/api/broker";

const table = z.record(z.string(), z.unknown()).catch({}).default({});
const text = z.string().nullable().catch(null).default(null);

const ExchangeRow = z.object({ name: z.string(), vhost: z.string(), type: z.string(), arguments: table, policy: text });
const PolicyRow = z.object({ name: z.string(), vhost: z.string(), definition: table });
const BindingRow = z
  .object({
    source: z.string(),
    vhost: z.string(),
    destination: z.string(),
    destination_type: z.enum(["queue", "exchange"]),
    routing_key: z.string().catch("").default(""),
  })
  .transform(
    (row): Binding => ({
      vhost: row.vhost,
      source: row.source,
      destination: row.destination,
      to: row.destination_type,
      routingKey: row.routing_key,
    }),
  );

/**
 * `GET /api/exchanges`. The list has the name of an exchange's policy and not its definition; `policies` is the answer
 * of `GET /api/policies`, null if that could not be read. An argument overrides the policy (rabbit_policy.erl,
 * get_arg).
 */
export function parseExchanges(json: unknown, policies: unknown): Result<readonly Exchange[]> {
  const rows = rowsOf(ExchangeRow, json);
  if (rows === null)
    return failed({ code: "bad-answer", retry: true, reason: reason("listExpected", { where: "/api/exchanges" }) });
  const definitions = rowsOf(PolicyRow, policies);
  const alternateOf = (row: z.infer<typeof ExchangeRow>): string | null | undefined => {
    const own = row.arguments["alternate-exchange"];
    if (typeof own === "string") return own;
    if (row.policy === null) return null;
    const policy = definitions?.find(({ vhost, name }) => vhost === row.vhost && name === row.policy);
    if (policy === undefined) return undefined;
    const byPolicy = policy.definition["alternate-exchange"];
    return typeof byPolicy === "string" ? byPolicy : null;
  };
  return done(rows.map((row) => ({ vhost: row.vhost, name: row.name, type: row.type, alternate: alternateOf(row) })));
}

/** `GET /api/bindings`, including the implicit ones of the default exchange (source ""). */
export function parseBindings(json: unknown): Result<readonly Binding[]> {
  const rows = rowsOf(BindingRow, json);
  return rows === null
    ? failed({ code: "bad-answer", retry: true, reason: reason("listExpected", { where: "/api/bindings" }) })
    : done(rows);
}

/** Unreadable records are left out: one odd record must not hide all others. */
function rowsOf<T>(schema: z.ZodType<T>, json: unknown): readonly T[] | null {
  if (!Array.isArray(json)) return null;
  return json.flatMap((entry) => {
    const result = schema.safeParse(entry);
    return result.success ? [result.data] : [];
  });
}
