import { answer } from "@/lib/api/answer";
import { authorOf } from "@/lib/api/author";
import { Page, pageOf, WindowParams } from "@/lib/api/params";
import { createWindow } from "@/lib/commands/silence-window";
import { readWindows } from "@/lib/views/read/silence-windows";

export const GET = answer({
  who: "viewer",
  params: Page,
  read: ({ runtime, params, nowMs }) => ({
    asOfMs: nowMs,
    ...pageOf(readWindows(runtime, nowMs), params, ({ id }) => id),
  }),
});

export const POST = answer({
  who: "viewer",
  params: WindowParams,
  read: async ({ runtime, params, request, nowMs }) =>
    Response.json(await createWindow(runtime, params, authorOf(request, nowMs)), { status: 201 }),
});
