import { z } from "zod";

/** The pictures that can stand alone in a frame; one name in the URL, the token and the gallery. */
export const PANELS = ["heartbeat-misses", "reconnects", "retry-backlog", "runner-last-contact"] as const;
export const Panel = z.enum(PANELS);
export type Panel = z.infer<typeof Panel>;

/** A page that stays open longer asks its own server for the next token. */
export const EMBED_SECONDS_MAX = 3_600;
export const EMBED_SECONDS_DEFAULT = 600;
