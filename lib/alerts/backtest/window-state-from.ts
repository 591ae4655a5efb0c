import type { InstanceHistory, SignalHistory } from "@/lib/alerts/backtest/history";
import { keyOf } from "@/lib/alerts/engine/measure";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { WindowPoints, WindowState } from "@/lib/alerts/engine/window-state";
import type { Rule } from "@/lib/alerts/model/rule";
import { addLevel, type Level } from "@/lib/base/time/trend";

/**
 * The window state that a rule would have after a stored history, by scope. Of an absence only that the instance was
 * measured: for how long it has been absent is the value of its open alert, and begins anew where there is none.
 */
export function windowStateFrom(rule: Rule, { instances }: SignalHistory): ReadonlyMap<string, WindowState> {
  const scopes = Map.groupBy(instances, ({ labels }) => scopeOf(labels));
  return new Map(
    [...scopes].map(([scope, own]) => [
      scope,
      new Map(
        own.flatMap((instance) => {
          const window = windowOf(rule, instance);
          return window === null ? [] : [[keyOf(rule.id, instance.labels), window] as const];
        }),
      ),
    ]),
  );
}

function windowOf({ id, condition }: Rule, { labels, rows }: InstanceHistory): WindowPoints | null {
  const measured = rows.flatMap(([atMs, , , value]): Level[] => (value === null ? [] : [{ atMs, level: value }]));
  const last = measured.at(-1);
  if (last === undefined || condition.kind === "value") return null;
  if (condition.kind === "absent") {
    return { is: "absence", rule: id, labels, ended: false, absentMs: 0, polledMs: null };
  }
  const { overMs } = condition;
  const points = measured.reduce<readonly Level[]>((known, point) => addLevel(known, point, overMs), []);
  return { is: "window", points, untilMs: last.atMs + overMs };
}
