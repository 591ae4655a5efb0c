import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { NO_WINDOW_STATE, type WindowState } from "@/lib/alerts/engine/window-state";
import type { Alert } from "@/lib/alerts/model/alert";
import type { NotificationMemory } from "@/lib/notifications/decide/notification";

/** What the ticks of one scope remember for alerts and notifications. Replaced as a whole once a tick is saved. */
export interface ScopeState {
  readonly alerts: AlertMemory;
  /** For rules about rates, forecasts and absences. */
  readonly windows: WindowState;
  readonly notifications: NotificationMemory;
  /** How many instances these rules do not follow because there are too many. */
  readonly unfollowed: number;
  /** When the last tick was saved, on the steady clock; null before the first. */
  readonly savedSteadyMs: number | null;
}

/** By scope: `broker:<id>`, `source:<id>` or `webhooks`. */
export type Scopes = ReadonlyMap<string, ScopeState>;

const EMPTY: ScopeState = {
  alerts: new Map(),
  windows: NO_WINDOW_STATE,
  notifications: new Map(),
  unfollowed: 0,
  savedSteadyMs: null,
};

export const scopeState = (scopes: Scopes, scope: string): ScopeState => scopes.get(scope) ?? EMPTY;

export function updateScope(scopes: Map<string, ScopeState>, scope: string, changes: Partial<ScopeState>): void {
  scopes.set(scope, { ...scopeState(scopes, scope), ...changes });
}

/** Pending and firing alerts of all scopes. */
export const openAlerts = (scopes: Scopes): readonly Alert[] =>
  [...scopes.values()].flatMap(({ alerts }) => [...alerts.values()].map(({ alert }) => alert));
