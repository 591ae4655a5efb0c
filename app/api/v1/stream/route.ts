import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { streamChanges } from "@/lib/server/api/stream";

export const GET = route({
  access: "viewer",
  params: z.object({}),
  handle: ({ runtime, request }) => streamChanges(runtime.subscribers, request.signal),
});
