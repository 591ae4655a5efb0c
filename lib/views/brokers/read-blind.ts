import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { BlindBroker } from "@/lib/views/brokers/blind";

export const blindBrokers = (live: Pick<Runtime, "brokers">): BlindBroker[] =>
  [...live.brokers.values()]
    .filter((memory) => isBlind(memory.reach))
    .map((memory) => ({ broker: memory.broker, sinceMs: memory.reach.sinceMs }));
