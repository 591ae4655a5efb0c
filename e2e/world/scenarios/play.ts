import { messageOf } from "../../../lib/base/errors/message.ts";
import type { RunningScenario, ScenarioStep } from "./scenario.ts";

const SECOND_MS = 1_000;

/**
 * Plays the scenes at their times, starting now. `report` receives each scene before it acts, and every failure.
 * Returns a function that stops it: after its promise resolves, no scene acts.
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
