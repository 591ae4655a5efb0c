import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { streamChanges } from "@/lib/api/stream";

export const GET = answer({
  who: "viewer",
  params: z.object({}),
  read: ({ runtime, request }) => streamChanges(runtime.listeners, request.signal),
});
