import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** A stretch of a client's silence: it rises from 0 at `fromMs`, or, heard all the time, never passes `peakSeconds`. */
export interface SilenceSegment {
  /** When the client's most silent session was last heard. */
  readonly fromMs: number;
  /** The last poll at which it had not been heard since. */
  readonly toMs: number;
  readonly peakSeconds: number;
}

/** The last hour of one client's silence: finished teeth as flat triples (24 bytes each), and the one still rising. */
export interface SilenceLog {
  readonly past: readonly number[];
  readonly now: SilenceSegment;
  /** It has had no session since: the next one begins anew. */
  readonly over: boolean;
}

const KEPT_MS = HOUR;
/** Teeth shorter than three polls of 5 s are not drawn one by one: such a client is heard all the time. */
const HEARD_WITHIN_MS = 15 * SECOND;
/** An hour of beats every 20 s; 5,000 clients that beat so cost 22 MB. Shorter heartbeats keep a shorter past. */
const TEETH_MAX = 180;
const FIELDS = 3;

/**
 * The silence of every client with an open session, poll by poll: (logs before, open sessions, now) → logs. Of several
 * sessions the one counts that has used up most of its timeout. Pure; nothing is stored, a restart begins anew.
 */
export function recordSilence(
  before: ReadonlyMap<string, SilenceLog>,
  open: Iterable<Session>,
  nowMs: number,
): ReadonlyMap<string, SilenceLog> {
  const heard = new Map<string, Session>();
  for (const session of open) {
    if (session.client === null || session.timeoutSeconds === null) continue;
    const known = heard.get(session.client);
    if (known === undefined || usedUp(session, nowMs) > usedUp(known, nowMs)) heard.set(session.client, session);
  }
  const after = new Map<string, SilenceLog>();
  for (const [client, log] of before) {
    if (!heard.has(client) && log.now.toMs > nowMs - KEPT_MS)
      after.set(client, log.over ? log : { ...log, over: true });
  }
  for (const [client, session] of heard) after.set(client, extend(before.get(client), session.recvGrewMs, nowMs));
  return after;
}

/** The teeth of a log, oldest first. */
export function silenceSegments(log: SilenceLog | undefined): readonly SilenceSegment[] {
  if (log === undefined) return [];
  const teeth: SilenceSegment[] = [];
  for (let at = 0; at + FIELDS <= log.past.length; at += FIELDS) {
    const [fromMs = 0, toMs = 0, peakSeconds = 0] = log.past.slice(at, at + FIELDS);
    teeth.push({ fromMs, toMs, peakSeconds });
  }
  return [...teeth, log.now];
}

/** Without a heartbeat no silence is long: such a session speaks for the client only if there is no other. */
const usedUp = (session: Session, nowMs: number): number =>
  session.timeoutSeconds ? (nowMs - session.recvGrewMs) / session.timeoutSeconds : -1;

function extend(log: SilenceLog | undefined, heardMs: number, nowMs: number): SilenceLog {
  const risen: SilenceSegment = { fromMs: heardMs, toMs: nowMs, peakSeconds: (nowMs - heardMs) / SECOND };
  if (log === undefined) return { past: [], now: risen, over: false };
  const last = log.now;
  if (!log.over && last.fromMs === heardMs) return { past: log.past, now: risen, over: false };
  const joined = !log.over && short(last) && short(risen) && heardMs - last.toMs <= HEARD_WITHIN_MS;
  if (joined) {
    const peakSeconds = Math.max(last.peakSeconds, risen.peakSeconds);
    return { past: log.past, now: { fromMs: last.fromMs, toMs: nowMs, peakSeconds }, over: false };
  }
  // A client heard all the time falls silent at its last byte, which the stretch before may have passed already.
  const endedMs = Math.max(last.fromMs, Math.min(last.toMs, heardMs));
  return { past: trimmed([...log.past, last.fromMs, endedMs, last.peakSeconds], nowMs), now: risen, over: false };
}

const short = (tooth: SilenceSegment): boolean => tooth.peakSeconds * SECOND < HEARD_WITHIN_MS;

function trimmed(past: readonly number[], nowMs: number): readonly number[] {
  let from = Math.max(0, past.length - TEETH_MAX * FIELDS);
  while (from < past.length && (past[from + 1] ?? nowMs) < nowMs - KEPT_MS) from += FIELDS;
  return from === 0 ? past : past.slice(from);
}
