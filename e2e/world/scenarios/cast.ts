import { frozenRunner } from "./frozen-runner.ts";
import { lostNotify } from "./lost-notify.ts";
import { redialWithoutConsumer } from "./redial-without-consumer.ts";
import { retryConflict } from "./retry-conflict.ts";
import { scanBlocksHeartbeat } from "./scan-blocks-heartbeat.ts";
import type { Scenario } from "./scenario.ts";
import { silentPublisher } from "./silent-publisher.ts";

/** All scenarios, in the order of the table of incidents in the design. */
export const SCENARIOS: readonly Scenario[] = [
  scanBlocksHeartbeat,
  lostNotify,
  redialWithoutConsumer,
  retryConflict,
  frozenRunner,
  silentPublisher,
];

export const scenarioNamed = (name: string): Scenario | null => SCENARIOS.find((one) => one.name === name) ?? null;

/** The output of `npm run demo -- --list`, also printed for an unknown scenario. */
export const listing = (): string => SCENARIOS.map(({ name, shows }) => `  ${name.padEnd(26)}${shows}`).join("\n");
