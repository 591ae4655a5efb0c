import { authorOf } from "@/lib/server/api/author";
import { Page, pageOf, WindowParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { createWindow } from "@/lib/server/commands/silence-window";
import { readWindows } from "@/lib/views/silence-windows/read";

export const GET = route({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readWindows(runtime, nowMs), params, ({ id }) => id),
  }),
});

export const POST = route({
  who: "viewer",
  params: WindowParams,
  read: async ({ runtime, params, request, nowMs }) =>
    Response.json(await createWindow(runtime, params, authorOf(request, nowMs)), { status: 201 }),
});
