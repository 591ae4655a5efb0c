import { z } from "zod";

/** The panels that can be embedded. URL, token and gallery use the same names. */
export const PANELS = ["heartbeat-misses", "reconnects", "retry-backlog", "runner-last-contact"] as const;
export const Panel = z.enum(PANELS);
export type Panel = z.infer<typeof Panel>;

/** A page that stays open longer requests its next token from its own server. */
export const EMBED_SECONDS_MAX = 3_600;
export const EMBED_SECONDS_DEFAULT = 600;
