import { ClientsParams, pageOf } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { listClients, rowOf } from "@/lib/views/clients/read";

export const GET = route({
  access: "viewer",
  params: ClientsParams,
  handle: async ({ runtime, params, nowMs }) => {
    const { fields, name, limit, cursor, ...filter } = params;
    const { views, troubles, beside } = await listClients(runtime, filter, nowMs);
    const wanted = name === undefined ? views : views.filter((client) => client.name === name);
    const page = pageOf(wanted, { limit, cursor }, (client) => client.id);
    return {
      asOfMs: nowMs,
      ...(fields === "row"
        ? { ...page, items: page.items.map((one) => rowOf(one, troubles.get(one.id) ?? [])) }
        : page),
      ...beside,
      total: wanted.length,
    };
  },
});
