import type { Session } from "@/lib/rabbitmq/sessions/session";
import { endView } from "@/lib/views/clients/end";
import type { SessionView } from "@/lib/views/clients/schema";

export const sessionView = (session: Session): SessionView => ({
  id: session.id,
  connection: session.connection,
  node: session.node,
  openedMs: session.openedMs,
  closedMs: session.closedMs,
  timeoutSeconds: session.timeoutSeconds,
  reconnect: session.reconnect,
  likely: session.likely,
  end: session.end === null ? null : endView(session.end),
});
