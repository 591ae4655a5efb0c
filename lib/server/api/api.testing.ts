import { type AccessSecrets, openSession, SESSION_COOKIE } from "@/lib/access/auth/session";

export const SECRETS: AccessSecrets = {
  secret: "a secret of this server",
  passwordMark: "mark",
  apiToken: "api-token",
};
export const EMBEDS = { secret: "a secret of embeds", origins: ["https://admin.example.com"] };
export const HOST = "lastbeat.test";

export interface LogLine {
  readonly level: string;
  readonly text: string;
  readonly fields: unknown;
}

/** Installs a runtime that holds only what the border reads. Returns its log, and a function that removes it again. */
export function installRuntime() {
  const key = Symbol.for("lastbeat");
  const log: LogLine[] = [];
  const before: unknown = Reflect.get(globalThis, key);
  Reflect.set(globalThis, key, {
    brokers: new Map(),
    aliases: new Map(),
    accessSecrets: SECRETS,
    embeds: EMBEDS,
    log: (level: string, text: string, fields: unknown) => log.push({ level, text, fields }),
  });
  return { log, remove: () => Reflect.set(globalThis, key, before) };
}

/** A request to this server. */
export const requestTo = (path: string, init: RequestInit = {}): Request =>
  new Request(`http://${HOST}${path}`, { ...init, headers: { host: HOST, ...init.headers } });

export const sessionCookie = (nowMs: number): string => `${SESSION_COOKIE}=${openSession(SECRETS, nowMs)}`;
