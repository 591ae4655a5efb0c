import { followSince, secondsSince } from "@/lib/base/time/elapsed";
import { type JoinedPipeline, joinPipelines, type SeenBroker } from "@/lib/sources/roadrunner/join";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";
import type { PipelineState } from "@/lib/sources/roadrunner/status";

/** A pipeline as remembered from poll to poll; RoadRunner names none while it redials. Instants are epoch ms. */
interface FollowedPipeline {
  /** As it was last told. */
  readonly state: PipelineState;
  /** It was seen to consume: a pipeline that only publishes is not expected to. */
  readonly consumed: boolean;
  readonly unconsumedSinceMs: number | null;
  /** The client it was last joined with while that was connected. */
  readonly client: { readonly broker: string; readonly id: string; readonly name: string } | null;
  readonly disconnectedSinceMs: number | null;
}

/** All that is followed of one RoadRunner. */
export interface RoadRunnerMemory {
  readonly is: "roadrunner";
  readonly pipelines: ReadonlyMap<string, FollowedPipeline>;
  /** Since when `/jobs` has been slow or has not answered. */
  readonly redialingSinceMs: number | null;
}

export interface PipelineSigns {
  /** Seconds for which it has been connected without consuming what it is there to consume; null: cannot be told. */
  readonly unconsumedSeconds: number | null;
  /** Seconds for which its client has had no connection to a broker that is there; null: cannot be told. */
  readonly disconnectedSeconds: number | null;
  /** Name of its client; null where none is known. */
  readonly client: string | null;
}

export interface RoadRunnerSigns {
  readonly pipelines: ReadonlyMap<string, PipelineSigns>;
  readonly redialingSeconds: number;
  /** Seconds for which one pipeline has made the whole answer an error. */
  readonly brokenSeconds: number;
  /** Errors and warnings in its configuration file; null where none could be read. */
  readonly configFindings: number | null;
}

type Brokers = ReadonlyMap<string, SeenBroker>;

/**
 * Follows which pipelines consume and which are still connected: what RoadRunner says of itself, joined with what its
 * broker has of it. A redial that comes back without its consumer leaves a connection over which nothing is consumed
 * (roadrunner#1857); one that was given up leaves none, while the status plugin may go on saying ok (#1660, #1724).
 */
export function followRoadRunner(
  before: RoadRunnerMemory | null,
  facts: RoadRunnerFacts,
  brokers: Brokers,
  nowMs: number,
): { readonly after: RoadRunnerMemory; readonly told: RoadRunnerSigns } {
  const known = before?.pipelines ?? new Map<string, FollowedPipeline>();
  const states = facts.pipelines ?? [...known.values()].map(({ state }) => state);
  const after = new Map<string, FollowedPipeline>();
  const told = new Map<string, PipelineSigns>();
  for (const state of states) {
    const seen = { state, named: facts.pipelines !== null, ...inBroker(state, brokers) };
    const pipeline = step(known.get(state.pipeline) ?? null, seen, brokers, nowMs);
    after.set(state.pipeline, pipeline.after);
    told.set(state.pipeline, pipeline.signs);
  }
  const redials = facts.answer.is === "slow" || facts.answer.is === "hanging";
  const redialingSinceMs = followSince(before?.redialingSinceMs ?? null, redials, nowMs);
  return {
    after: { is: "roadrunner", pipelines: after, redialingSinceMs },
    told: {
      pipelines: told,
      redialingSeconds: secondsSince(redialingSinceMs, nowMs),
      configFindings: facts.config?.is === "read" ? facts.config.findings.filter(isFault).length : null,
      brokenSeconds: secondsSince(facts.answer.is === "broken" ? facts.answer.sinceMs : null, nowMs),
    },
  };
}

const isFault = ({ severity }: LintFinding): boolean => severity !== "info";

interface Seen {
  readonly state: PipelineState;
  /** By this answer; else it is remembered. */
  readonly named: boolean;
  readonly broker: string | null;
  readonly joined: JoinedPipeline | null;
}

/** The broker that has its client; else the one that has its queue. */
function inBroker(state: PipelineState, brokers: Brokers): Pick<Seen, "broker" | "joined"> {
  const rows = [...brokers]
    .filter(([, join]) => !join.blind)
    .flatMap(([broker, join]) => joinPipelines([state], join).map((joined) => ({ broker, joined })));
  const found =
    rows.find(({ joined }) => joined.client !== null) ?? rows.find(({ joined }) => joined.consumers !== null);
  return found ?? { broker: null, joined: null };
}

function step(before: FollowedPipeline | null, seen: Seen, brokers: Brokers, nowMs: number) {
  const { state, joined, broker } = seen;
  const consumed = (before?.consumed ?? false) || (seen.named && state.ready);
  const connected = joined?.client?.connected === true && broker !== null;
  const client = connected && joined.client ? { broker, ...only(joined.client) } : (before?.client ?? null);
  const consuming = consumed ? isConsuming(seen) : true;
  const gone = seen.named ? false : isGone(client, brokers);
  const unconsumedSinceMs = followSince(
    before?.unconsumedSinceMs ?? null,
    consuming === null ? null : !consuming,
    nowMs,
  );
  // What the broker did not show does not count: its clients may come back with it.
  const disconnectedSinceMs = gone === null ? null : followSince(before?.disconnectedSinceMs ?? null, gone, nowMs);
  const signs: PipelineSigns = {
    unconsumedSeconds: consuming === null ? null : secondsSince(unconsumedSinceMs, nowMs),
    disconnectedSeconds: gone === null ? null : secondsSince(disconnectedSinceMs, nowMs),
    client: client?.name ?? null,
  };
  const after: FollowedPipeline = { state, consumed, unconsumedSinceMs, client, disconnectedSinceMs };
  return { after, signs };
}

const only = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name });

/**
 * An answer that names the pipeline went over its own connection (a passive declare), so what does not consume then is
 * connected all the same. Without an answer only the broker tells, and only of a client that is connected.
 */
function isConsuming({ named, state, joined }: Seen): boolean | null {
  const consumers = joined?.consumers ?? null;
  if (named) return state.ready && consumers !== 0;
  if (joined === null || consumers === null) return null;
  return consumers > 0 || joined.client?.connected !== true;
}

/**
 * Asked only without an answer that names the pipeline: such a one came over its connection, which without a name and
 * a consumer is another client to the broker than before. null: it was never seen connected, or its broker cannot be seen.
 */
function isGone(client: FollowedPipeline["client"], brokers: Brokers): boolean | null {
  const broker = client === null ? undefined : brokers.get(client.broker);
  if (client === null || broker === undefined || broker.blind) return null;
  return !broker.clients.some(({ id, connections }) => id === client.id && connections.length > 0);
}
