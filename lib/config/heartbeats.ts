import { z } from "zod";
import { pemFile } from "@/lib/config/tls-files";

/** A shorter interval carries no more information: a tick alone takes some seconds. */
const EVERY_SECONDS_MIN = 5;
const EVERY_SECONDS_MAX = 86_400;
const EVERY_SECONDS = 60;

/** The watchdogs of lastbeat.yaml (`heartbeats`): services that are pinged while Lastbeat works, and alert when the pings stop. */
export const fileHeartbeat = ({ id, httpUrl }: { readonly id: z.ZodString; readonly httpUrl: z.ZodType<string> }) =>
  z.strictObject({
    id,
    url: httpUrl,
    /**
     * `ping`: GET the URL while Lastbeat works and POST `<url>/fail` once when it fails, as healthchecks expects. A push
     * URL of Uptime Kuma (`…/api/push/<token>`) is requested by GET alone, with `status=down` when Lastbeat fails.
     */
    format: z.enum(["ping", "alertmanager"]).default("ping"),
    everySeconds: z.number().min(EVERY_SECONDS_MIN).max(EVERY_SECONDS_MAX).default(EVERY_SECONDS),
    allowPrivate: z.boolean().default(false),
    caFile: pemFile,
  });
