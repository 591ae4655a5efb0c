import { z } from "zod";
import { listOf } from "@/lib/views/list";

const Rate = z.number().nullable();

export const QueueView = z.object({
  broker: z.string(),
  vhost: z.string(),
  name: z.string(),
  role: z.enum(["work", "retry", "dead-letter", "delay"]),
  roleBecause: z.string(),
  ready: z.number().nullable(),
  unacked: z.number().nullable(),
  consumers: z.number().nullable(),
  rates: z.object({ publish: Rate, deliver: Rate, ack: Rate }),
  oldestMessageSeconds: z.number().nullable(),
  retriesInto: z.string().nullable(),
});
export type QueueView = z.infer<typeof QueueView>;
export const QueuesView = listOf(QueueView);
