import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** A segment of a client's silence: it rises from 0 at `fromMs` to `peakSeconds`, or never exceeds that if joined. */
export interface SilenceSegment {
  /** When the last byte of the client's most silent session arrived. */
  readonly fromMs: number;
  /** The last poll without a byte since then. */
  readonly toMs: number;
  readonly peakSeconds: number;
}

/** The last hour of one client's silence: finished segments as flat triples (24 bytes each), and the current one. */
export interface SilenceLog {
  readonly past: readonly number[];
  readonly now: SilenceSegment;
  /** It has had no session since then: the next segment is a new one. */
  readonly over: boolean;
}

const PAST_MS = HOUR;
/** Segments shorter than three polls of 5 s are joined: such a client is active all the time. */
const SHORT_MS = 15 * SECOND;
/** An hour of heartbeats every 20 s; 5,000 such clients cost 22 MB. With shorter heartbeats the past is shorter. */
const SEGMENTS_MAX = 180;
const FIELDS = 3;

/**
 * Adds one poll to the silence of every client with an open session. Of several sessions, the one with the largest
 * share of its timeout used up counts. Pure; nothing is stored, so a restart begins with an empty log.
 */
export function recordSilence(
  before: ReadonlyMap<string, SilenceLog>,
  open: Iterable<Session>,
  nowMs: number,
): ReadonlyMap<string, SilenceLog> {
  const mostSilent = new Map<string, Session>();
  for (const session of open) {
    if (session.client === null || session.timeoutSeconds === null || session.recvOct === null) continue;
    const known = mostSilent.get(session.client);
    if (known === undefined || usedUp(session, nowMs) > usedUp(known, nowMs)) mostSilent.set(session.client, session);
  }
  const after = new Map<string, SilenceLog>();
  for (const [client, log] of before) {
    if (!mostSilent.has(client) && log.now.toMs > nowMs - PAST_MS)
      after.set(client, log.over ? log : { ...log, over: true });
  }
  for (const [client, session] of mostSilent) after.set(client, extend(before.get(client), session.recvGrewMs, nowMs));
  return after;
}

/** The segments of a log, oldest first. */
export function silenceSegments(log: SilenceLog | undefined): readonly SilenceSegment[] {
  if (log === undefined) return [];
  const segments: SilenceSegment[] = [];
  for (let at = 0; at + FIELDS <= log.past.length; at += FIELDS) {
    const [fromMs = 0, toMs = 0, peakSeconds = 0] = log.past.slice(at, at + FIELDS);
    segments.push({ fromMs, toMs, peakSeconds });
  }
  return [...segments, log.now];
}

/** Without a heartbeat no silence is too long: such a session counts only if there is no other. */
const usedUp = (session: Session, nowMs: number): number =>
  session.timeoutSeconds ? (nowMs - session.recvGrewMs) / session.timeoutSeconds : -1;

function extend(log: SilenceLog | undefined, lastByteMs: number, nowMs: number): SilenceLog {
  const current: SilenceSegment = { fromMs: lastByteMs, toMs: nowMs, peakSeconds: (nowMs - lastByteMs) / SECOND };
  if (log === undefined) return { past: [], now: current, over: false };
  const last = log.now;
  if (!log.over && last.fromMs === lastByteMs) return { past: log.past, now: current, over: false };
  const joined = !log.over && short(last) && short(current) && lastByteMs - last.toMs <= SHORT_MS;
  if (joined) {
    const peakSeconds = Math.max(last.peakSeconds, current.peakSeconds);
    return { past: log.past, now: { fromMs: last.fromMs, toMs: nowMs, peakSeconds }, over: false };
  }
  // An active client falls silent at its last byte, which the previous segment may already include.
  const endedMs = Math.max(last.fromMs, Math.min(last.toMs, lastByteMs));
  return { past: trimmed([...log.past, last.fromMs, endedMs, last.peakSeconds], nowMs), now: current, over: false };
}

const short = (segment: SilenceSegment): boolean => segment.peakSeconds * SECOND < SHORT_MS;

function trimmed(past: readonly number[], nowMs: number): readonly number[] {
  let from = Math.max(0, past.length - SEGMENTS_MAX * FIELDS);
  while (from < past.length && (past[from + 1] ?? nowMs) < nowMs - PAST_MS) from += FIELDS;
  return from === 0 ? past : past.slice(from);
}
