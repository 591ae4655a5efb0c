import { messageOf } from "../../../lib/base/errors/message.ts";
import type { RunningScenario, ScenarioStep } from "./scenario.ts";

const SECOND_MS = 1_000;

/**
 * Plays the scenes by the clock, from now on. `tell` hears each one before it acts, and what failed. Returns how to end
 * it: no scene acts once that has resolved.
 */
export function playByClock({ scenes }: RunningScenario, report: (words: string) => void): () => Promise<void> {
  let acting: Promise<void> = Promise.resolve();
  let over = false;
  const turn = (scene: ScenarioStep) => {
    acting = acting.then(async () => {
      if (over) return;
      report(scene.words);
      await scene.act().catch((cause: unknown) => {
        report(`the story stumbled: ${messageOf(cause)}`);
      });
    });
  };
  const timers = scenes.map((scene) => setTimeout(() => turn(scene), scene.atSeconds * SECOND_MS));
  return async () => {
    over = true;
    for (const timer of timers) clearTimeout(timer);
    await acting;
  };
}
