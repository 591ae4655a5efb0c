import { ClientsParams, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { listClients, rowOf } from "@/lib/views/clients/read";

export const GET = route({
  access: "viewer",
  params: ClientsParams,
  handle: async ({ runtime, params, nowMs }) => {
    const { fields, name, limit, cursor, ...filter } = params;
    const { views, troubles, summary } = await listClients(runtime, filter, nowMs);
    const matching = name === undefined ? views : views.filter((client) => client.name === name);
    const page = pageOf(matching, { limit, cursor }, (client) => client.id);
    return {
      asOfMs: nowMs,
      ...(fields === "row"
        ? { ...page, items: page.items.map((client) => rowOf(client, troubles.get(client.id) ?? [])) }
        : page),
      ...summary,
      total: matching.length,
    };
  },
});
