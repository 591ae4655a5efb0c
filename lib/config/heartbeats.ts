import { z } from "zod";

/** Faster than this says nothing more: a tick alone takes some seconds. */
const EVERY_SECONDS_MIN = 5;
const EVERY_SECONDS_MAX = 86_400;
const EVERY_SECONDS = 60;

/** The dead man's switches of lastbeat.yaml: who is told that Lastbeat itself works, so that its silence is noticed. */
export const fileHeartbeat = ({ id, httpUrl }: { readonly id: z.ZodString; readonly httpUrl: z.ZodType<string> }) =>
  z.strictObject({
    id,
    url: httpUrl,
    /** `ping`: GET the URL while all is well, POST `<url>/fail` once when it is not, as healthchecks understands it. */
    format: z.enum(["ping", "alertmanager"]).default("ping"),
    everySeconds: z.number().min(EVERY_SECONDS_MIN).max(EVERY_SECONDS_MAX).default(EVERY_SECONDS),
    allowPrivate: z.boolean().default(false),
  });
