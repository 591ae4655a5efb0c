import "server-only";
import { isBlind } from "@/lib/brokers/reach";
import type { Runtime } from "@/lib/collector/runtime";
import type { BlindBroker } from "@/lib/views/blind";

export const blindBrokers = (live: Runtime): BlindBroker[] =>
  [...live.brokers.values()]
    .filter((memory) => isBlind(memory.reach))
    .map((memory) => ({ broker: memory.broker, sinceMs: memory.reach.sinceMs }));
