import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

export interface End {
  readonly reason: EndReason;
  /** True when Lastbeat concluded it from what it saw; false when the broker said so. */
  readonly inferred: boolean;
  readonly detail: string | null;
}

/** One AMQP connection's life. Times are epoch ms of the observer's clock unless said otherwise. */
export interface Session {
  /** node, connection name and connected_at: the name alone repeats when an ephemeral port is reused. */
  readonly id: string;
  readonly broker: string;
  /** null while an unnamed connection waits for its consumers to be known. */
  readonly client: string | null;
  /** `host:port -> host:port`, as the broker names it. */
  readonly connection: string;
  readonly node: string | null;
  /** `<0.N.M>` of its reader, the name its node's metrics know it by; only an event tells it. */
  readonly pid: string | null;
  /** The broker's connected_at; the first sight where the broker gives none. */
  readonly openedMs: number;
  readonly closedMs: number | null;
  readonly end: End | null;
  /** This session took the place of an ended one of the same client. */
  readonly reconnect: boolean;
  /** The list has shown it. One that only an event told of may still be missing there. */
  readonly listed: boolean;
  readonly timeoutSeconds: number | null;
  readonly recvOct: number | null;
  /** When recv_oct was first seen at its present value. */
  readonly recvGrewMs: number;
  readonly sendOct: number | null;
  readonly sendGrewMs: number;
  readonly blocked: boolean;
  readonly lateSinceMs: number | null;
}
