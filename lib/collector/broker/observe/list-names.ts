import "server-only";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { parseConnections } from "@/lib/rabbitmq/api/parse";

export const IDENTITY = "/api/connections?disable_stats=true";

/** One request each. A broker without statistics and with more users than this is followed by events. */
const USERS_MAX = 20;

interface ListedNames {
  readonly rows: readonly Connection[];
  /** Every connection is listed. */
  readonly all: boolean;
  /** Otherwise the users whose connections are. */
  readonly users: readonly string[];
  readonly bytes: number;
}

/**
 * The names of all connections, which need no statistics. RabbitMQ 4.3.6 without its metrics collector has an empty list, and
 * still names the connections of each user (measured): those of the users that are known are listed then.
 */
export async function listAllNames(
  api: ManagementApi,
  users: readonly string[],
  signal: AbortSignal,
): Promise<ListedNames> {
  const all = await rowsOf(api, IDENTITY, signal);
  if (all === null) return { rows: [], all: false, users: [], bytes: 0 };
  if (all.rows.length > 0 || users.length === 0) return { ...all, all: all.rows.length > 0, users: [] };
  const lists = await Promise.all(
    users.slice(0, USERS_MAX).map(async (user) => {
      const list = await rowsOf(api, `/api/connections/username/${encodeURIComponent(user)}`, signal);
      return list && { user, ...list };
    }),
  );
  const answered = lists.filter((list) => list !== null);
  return {
    rows: answered.flatMap((list) => list.rows),
    all: false,
    users: answered.map((list) => list.user),
    bytes: answered.reduce((sum, list) => sum + list.bytes, all.bytes),
  };
}

async function rowsOf(api: ManagementApi, path: string, signal: AbortSignal) {
  const answer = await api.get(path, signal);
  if (!answer.ok) return null;
  const parsed = parseConnections(answer.value.json);
  return parsed.ok ? { rows: parsed.value.rows, bytes: answer.value.bytes } : null;
}
