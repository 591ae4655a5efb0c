import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { othersOf } from "@/lib/rabbitmq/api/own";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { type NameSuggestion, suggestPatterns } from "@/lib/rabbitmq/clients/successors";
import type { NameSuggestionView } from "@/lib/views/clients/suggestion-schema";

/** The map of clients is replaced at each tick, so the names of one tick are compared once, whoever asks. */
const KNOWN = new WeakMap<ReadonlyMap<string, Client>, readonly NameSuggestion[]>();

function suggestionsOf({ clients }: Pick<BrokerMemory, "clients">): readonly NameSuggestion[] {
  const known = KNOWN.get(clients);
  if (known) return known;
  const suggestions = suggestPatterns(othersOf(clients.values()));
  KNOWN.set(clients, suggestions);
  return suggestions;
}

const view = ({ of, pattern, folded, clients, examples }: NameSuggestion): NameSuggestionView => ({
  of,
  pattern,
  folded,
  clients,
  examples: [...examples],
});

/** The patterns that would make one client of many short successors on a broker. */
export const nameSuggestions = (memory: Pick<BrokerMemory, "clients">): NameSuggestionView[] =>
  suggestionsOf(memory).map(view);

/** The one that concerns this client; null: none. */
export function nameSuggestionFor(memory: Pick<BrokerMemory, "clients">, id: string): NameSuggestionView | null {
  const suggestion = suggestionsOf(memory).find(({ ids }) => ids.has(id));
  return suggestion ? view(suggestion) : null;
}
