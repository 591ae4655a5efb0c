import { z } from "zod";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { ClientState } from "@/lib/views/clients/schema";

/** Users and virtual hosts have names of up to 255 bytes. */
const NAME_MAX = 255;

/** The filters of the list of clients, in the URL of the page and in the API. An absent filter matches every client. */
export const ClientFilter = z.object({
  state: ClientState.optional(),
  broker: z.string().max(NAME_MAX).optional(),
  vhost: z.string().max(NAME_MAX).optional(),
  user: z.string().max(NAME_MAX).optional(),
  product: z.string().max(NAME_MAX).optional(),
  /** Words, each of which must occur in name, product, host, user, vhost or queues, regardless of case. */
  q: z.string().max(NAME_MAX).optional(),
  /** Also the connections of Lastbeat itself. */
  own: z.enum(["true", "false"]).optional(),
});
export type ClientFilter = z.infer<typeof ClientFilter>;

/** The fields that clients are filtered by. */
export interface FilterableClient {
  readonly state: Client["state"];
  readonly broker: string;
  readonly vhost: string;
  readonly user: string;
  readonly product: string | null;
  readonly name: string;
  readonly displayName: string;
  readonly peerHost: string | null;
  readonly consuming: readonly string[];
}

const EXACT = ["state", "broker", "vhost", "user", "product"] as const;

/** Whether a client passes every filter that is set. */
export function passes(client: FilterableClient, filter: ClientFilter): boolean {
  for (const key of EXACT) if (filter[key] !== undefined && client[key] !== filter[key]) return false;
  const words = (filter.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [
    client.name,
    client.displayName,
    client.product,
    client.peerHost,
    client.user,
    client.vhost,
    ...client.consuming,
  ]
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The number of clients of each state that pass all filters but the state: the numbers of the filter chips. */
export function countByState(
  clients: Iterable<FilterableClient>,
  filter: ClientFilter,
): Record<Client["state"], number> {
  const { state: _, ...others } = filter;
  const counts = { connected: 0, late: 0, blocked: 0, absent: 0, lost: 0, departed: 0 };
  for (const client of clients) if (passes(client, others)) counts[client.state] += 1;
  return counts;
}

/** Nobody chooses from a longer list; free text finds the rest. */
const CHOICES_MAX = 200;

/** Every broker, vhost, user and product, sorted: the choices of the filters. */
export function choicesOf(clients: readonly FilterableClient[]) {
  const valuesOf = (pick: (client: FilterableClient) => string | null): string[] =>
    [...new Set(clients.map(pick))]
      .filter((value) => value !== null)
      .sort()
      .slice(0, CHOICES_MAX);
  return {
    broker: valuesOf((client) => client.broker),
    vhost: valuesOf((client) => client.vhost),
    user: valuesOf((client) => client.user),
    product: valuesOf((client) => client.product),
  };
}
