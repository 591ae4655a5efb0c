import type { Reason } from "@/lib/base/messages/reason";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

export interface End {
  readonly reason: EndReason;
  /** True if Lastbeat inferred it from its observations; false if the broker reported it. */
  readonly inferred: boolean;
  /** The broker's text, or what Lastbeat inferred the reason from. */
  readonly detail: Reason | null;
}

/** One AMQP connection's life. Times are epoch ms of our clock unless stated otherwise. */
export interface Session {
  /** node, connection name and connected_at: the name alone repeats when an ephemeral port is reused. */
  readonly id: string;
  readonly broker: string;
  /** null until the consumers of an unnamed connection are known. */
  readonly client: string | null;
  /** `host:port -> host:port`, as the broker names it. */
  readonly connection: string;
  readonly node: string | null;
  /** `<0.N.M>` of its reader process, its label in the node's metrics; only an event has it. */
  readonly pid: string | null;
  /** The broker's connected_at; when it was first observed where the broker gives none. */
  readonly openedMs: number;
  readonly closedMs: number | null;
  readonly end: End | null;
  /** This session replaced an ended one of the same client. */
  readonly reconnect: boolean;
  /** Inferred: its client is the one that it most likely continues, not the one that its queues identify. */
  readonly likely: boolean;
  /** The list has shown it. One known only from an event may still be missing there. */
  readonly listed: boolean;
  readonly timeoutSeconds: number | null;
  readonly recvOct: number | null;
  /** When recv_oct was first observed at its present value. */
  readonly recvGrewMs: number;
  /** true: its last change was not observed as it happened, so its last byte may be older, `openedMs` at the earliest. Not stored. */
  readonly isRecvUnobserved?: boolean;
  /** It was read from the database, and no list has shown it since. Not stored. */
  readonly isResumed?: boolean;
  /** It was connected beside a session that it replaced. Not stored. */
  readonly isReplacement?: boolean;
  readonly sendOct: number | null;
  readonly sendGrewMs: number;
  readonly blocked: boolean;
  readonly lateSinceMs: number | null;
}
