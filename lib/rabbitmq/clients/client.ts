import type { Lifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import type { FoldedPart } from "@/lib/rabbitmq/clients/name-folding";
import type { Replicas } from "@/lib/rabbitmq/clients/replicas";
import type { End } from "@/lib/rabbitmq/sessions/session";

export type ClientState = "connected" | "late" | "blocked" | "absent" | "lost" | "departed";

/** How and when a client's last session ended, epoch ms. */
export interface LastEnd extends End {
  readonly atMs: number;
  /** The session was late when it ended. */
  readonly wasLate: boolean;
  /** After a restart of its broker: when it had been away for much longer than the others; null: it has not. */
  readonly overdueMs: number | null;
}

/** The same application instance across sessions. */
export interface Client {
  readonly id: string;
  readonly broker: string;
  readonly vhost: string;
  readonly user: string;
  readonly name: string;
  readonly namedBy: "connection-name" | "identity";
  /** What its name, user or queues carry that changes at each start, as in its latest connection. */
  readonly folded: readonly FoldedPart[];
  /** Set by people; null: none. */
  readonly alias: string | null;
  /** How it is shown everywhere. */
  readonly displayName: string;
  readonly product: string | null;
  readonly productVersion: string | null;
  readonly platform: string | null;
  readonly peerHost: string | null;
  readonly state: ClientState;
  readonly stateSinceMs: number;
  readonly consuming: readonly string[];
  /** Instants of reconnects in the last 24 h, oldest first. */
  readonly reconnectsMs: readonly number[];
  readonly lastEnd: LastEnd | null;
  /** Ended sessions that have not been replaced yet: the next session that opens is a reconnect. */
  readonly unreplaced: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly lifetimes: Lifetimes;
  readonly replicas: Replicas;
}
