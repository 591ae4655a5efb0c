import { z } from "zod";
import { Findings } from "@/lib/views/lint/schema";
import { listOf } from "@/lib/views/list";

const Count = z.number().nullable();
const Flag = z.boolean().nullable();
const ClientName = z.object({
  broker: z.string(),
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  inferred: z.boolean(),
  /** How the client was found: by its configured name, the tag of its consumer, or its library and a queue that it consumes. */
  joinedBy: z.enum(["name", "tag", "queue"]),
  connected: z.boolean(),
});

/** Since when it has not been reachable: nothing of it is current, and what only a running process has is null. */
const GoneSince = z.number().nullable();

const RoadRunnerView = z.object({
  is: z.literal("roadrunner"),
  source: z.string(),
  asOfMs: z.number(),
  goneSinceMs: GoneSince,
  answer: z.object({
    is: z.enum(["fine", "slow", "hanging", "broken", "stopping", "absent"]),
    sinceMs: z.number(),
    durationMs: Count,
  }),
  saturated: Flag,
  alive: Flag,
  /** Its configuration file as last read; null where none is configured. */
  config: z
    .discriminatedUnion("is", [
      z.object({ is: z.literal("read"), changedMs: z.number(), findings: Findings }),
      z.object({ is: z.literal("missing") }),
      z.object({ is: z.literal("unreadable"), because: z.string() }),
    ])
    .nullable(),
  workers: z.object({ ready: Count, working: Count, total: Count }).nullable(),
  /** One row for each broker that has the queue; null while RoadRunner does not list its pipelines. */
  pipelines: z
    .array(
      z.object({
        pipeline: z.string(),
        queue: z.string(),
        consuming: z.boolean(),
        client: ClientName.nullable(),
        consumers: Count,
        ready: Count,
        unacked: Count,
        zombie: Flag,
      }),
    )
    .nullable(),
});

const FastStreamView = z.object({
  is: z.literal("faststream"),
  source: z.string(),
  asOfMs: z.number(),
  goneSinceMs: GoneSince,
  apps: z.array(z.string()),
  received: Count,
  processed: Count,
  inProcess: Count,
  published: Count,
  /** Publishes that raised an exception since the application started. */
  failed: Count,
  /** `stalled` is inferred. */
  publishing: z.object({ is: z.enum(["stalled", "moving", "unknown"]), sinceMs: z.number() }),
  /** Publishes have raised exceptions since then, in two scrapes or more; `exception` is the most frequent one. */
  publishFailing: z.object({ sinceMs: z.number(), exception: z.string().nullable() }).nullable(),
  /** Its handlers; `queue` is the queue of a handler on the default exchange, with the numbers of the broker. */
  subscribers: z.array(
    z.object({
      handler: z.string(),
      received: Count,
      inProcess: Count,
      queue: z.string().nullable(),
      consumers: Count,
      ready: Count,
      unacked: Count,
    }),
  ),
  client: ClientName.nullable(),
});

/** What an application reports, beside its rows in `jobs`, and its client in the broker. */
export const ApplicationView = z.discriminatedUnion("is", [RoadRunnerView, FastStreamView]);
export type ApplicationView = z.infer<typeof ApplicationView>;
export const ApplicationsView = listOf(ApplicationView);
