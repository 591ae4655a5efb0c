import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { Page, pageOf } from "@/lib/api/params";
import { ClientState } from "@/lib/views/clients";
import { readClients } from "@/lib/views/read/clients";

const Params = Page.extend({
  broker: z.string().optional(),
  state: ClientState.optional(),
  name: z.string().optional(),
});

export const GET = answer({
  who: "viewer",
  params: Params,
  read: ({ runtime, params, nowMs }) => {
    const wanted = readClients(runtime, nowMs).filter(
      (client) =>
        (params.broker === undefined || client.broker === params.broker) &&
        (params.state === undefined || client.state === params.state) &&
        (params.name === undefined || client.name === params.name),
    );
    return { asOfMs: nowMs, ...pageOf(wanted, params, (client) => client.id) };
  },
});
