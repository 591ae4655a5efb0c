import { authorOf } from "@/lib/server/api/author";
import { Page, pageOf, WindowParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { createWindow } from "@/lib/server/commands/silence-window";
import { readWindows } from "@/lib/views/silence-windows/read";

export const GET = route({
  access: "viewer",
  params: Page,
  handle: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readWindows(runtime, nowMs), params, ({ id }) => id),
  }),
});

export const POST = route({
  access: "viewer",
  params: WindowParams,
  handle: async ({ runtime, params, request, nowMs }) =>
    Response.json(await createWindow(runtime, params, authorOf(request, nowMs)), { status: 201 }),
});
