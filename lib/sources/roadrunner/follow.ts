import { followSince, secondsSince } from "@/lib/base/time/elapsed";
import { type JoinedPipeline, joinPipelines, type SeenBroker } from "@/lib/sources/roadrunner/join";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";
import type { PipelineState } from "@/lib/sources/roadrunner/status";

/** A pipeline as tracked from poll to poll; RoadRunner reports none while it redials. Instants are epoch ms. */
interface FollowedPipeline {
  /** As last reported. */
  readonly state: PipelineState;
  /** It has consumed before, or is configured to: a pipeline that only publishes is not expected to consume. */
  readonly consumed: boolean;
  readonly unconsumedSinceMs: number | null;
  /** The connected client that it was last joined with. */
  readonly client: { readonly broker: string; readonly id: string; readonly name: string } | null;
  readonly disconnectedSinceMs: number | null;
}

/** What is tracked of one RoadRunner. */
export interface RoadRunnerMemory {
  readonly is: "roadrunner";
  readonly pipelines: ReadonlyMap<string, FollowedPipeline>;
  /** Since when `/jobs` has been slow or has not answered. */
  readonly redialingSinceMs: number | null;
}

export interface PipelineSignals {
  /** Seconds for which it has been connected without consuming, although it should consume; null: unknown. */
  readonly unconsumedSeconds: number | null;
  /** Seconds for which its client has had no connection to a reachable broker; null: unknown. */
  readonly disconnectedSeconds: number | null;
  /** Name of its client; null if unknown. */
  readonly client: string | null;
}

export interface RoadRunnerSignals {
  readonly pipelines: ReadonlyMap<string, PipelineSignals>;
  /** null: RoadRunner does not answer, so it is not known whether it redials. */
  readonly redialingSeconds: number | null;
  /** Seconds for which one pipeline has made the whole answer an error. */
  readonly brokenSeconds: number;
  /** Errors and warnings in its configuration file; null if it could not be read. */
  readonly configFindings: number | null;
}

type Brokers = ReadonlyMap<string, SeenBroker>;

/**
 * Tracks which pipelines consume and which are still connected, from RoadRunner's own report and its client in the broker. A
 * redial that reconnects without its consumer leaves a connection that consumes nothing (roadrunner#1857); a redial that
 * gave up leaves none, while the status plugin may still report ok (#1660, #1724).
 */
export function followRoadRunner(
  before: RoadRunnerMemory | null,
  facts: RoadRunnerFacts,
  brokers: Brokers,
  nowMs: number,
): { readonly after: RoadRunnerMemory; readonly signals: RoadRunnerSignals } {
  const known = before?.pipelines ?? new Map<string, FollowedPipeline>();
  const states = facts.pipelines ?? [...known.values()].map(({ state }) => state);
  const after = new Map<string, FollowedPipeline>();
  const pipelines = new Map<string, PipelineSignals>();
  for (const state of states) {
    const consumes = facts.config?.is === "read" && facts.config.consumes.includes(state.pipeline);
    const observed = { state, consumes, reported: facts.pipelines !== null, ...inBroker(state, brokers) };
    const pipeline = step(known.get(state.pipeline) ?? null, observed, brokers, nowMs);
    after.set(state.pipeline, pipeline.after);
    pipelines.set(state.pipeline, pipeline.signals);
  }
  const wasRedialing = (before?.redialingSinceMs ?? null) !== null;
  const answered = isRedialing(facts.answer.is);
  // A redial that gave up, or came back without its consumer, makes /jobs answer again: it is over once they consume.
  const redialing = answered === false && wasRedialing && [...after.values()].some(isInTrouble) ? null : answered;
  const redialingSinceMs = followSince(before?.redialingSinceMs ?? null, redialing, nowMs);
  return {
    after: { is: "roadrunner", pipelines: after, redialingSinceMs },
    signals: {
      pipelines,
      redialingSeconds: redialing === null ? null : secondsSince(redialingSinceMs, nowMs),
      configFindings: facts.config?.is === "read" ? facts.config.findings.filter(isFault).length : null,
      brokenSeconds: secondsSince(facts.answer.is === "broken" ? facts.answer.sinceMs : null, nowMs),
    },
  };
}

const isInTrouble = ({ unconsumedSinceMs, disconnectedSinceMs }: FollowedPipeline): boolean =>
  unconsumedSinceMs !== null || disconnectedSinceMs !== null;

/** null: a server that stops, or that does not have `/jobs`, says nothing about its pipelines. */
function isRedialing(answer: RoadRunnerFacts["answer"]["is"]): boolean | null {
  if (answer === "absent" || answer === "stopping") return null;
  return answer === "slow" || answer === "hanging";
}

const isFault = ({ severity }: LintFinding): boolean => severity !== "info";

interface ObservedPipeline {
  readonly state: PipelineState;
  /** Its configuration file says that it is consumed. */
  readonly consumes: boolean;
  /** Whether this answer contains it; otherwise the state is that of an earlier answer. */
  readonly reported: boolean;
  readonly broker: string | null;
  readonly joined: JoinedPipeline | null;
}

/** The broker that has its client; otherwise the one that has its queue. */
function inBroker(state: PipelineState, brokers: Brokers): Pick<ObservedPipeline, "broker" | "joined"> {
  const rows = [...brokers]
    .filter(([, join]) => !join.blind)
    .flatMap(([broker, join]) => joinPipelines([state], join).map((joined) => ({ broker, joined })));
  const found =
    rows.find(({ joined }) => joined.client !== null) ?? rows.find(({ joined }) => joined.consumers !== null);
  return found ?? { broker: null, joined: null };
}

function step(before: FollowedPipeline | null, observed: ObservedPipeline, brokers: Brokers, nowMs: number) {
  const { state, joined, broker } = observed;
  const consumed = (before?.consumed ?? false) || observed.consumes || (observed.reported && state.ready);
  const connected = joined?.client?.connected === true && broker !== null;
  const client = connected && joined.client ? { broker, ...only(joined.client) } : (before?.client ?? null);
  const consuming = consumed ? isConsuming(observed) : true;
  const disconnected = observed.reported ? false : isDisconnected(client, brokers);
  const unconsumedSinceMs = followSince(
    before?.unconsumedSinceMs ?? null,
    consuming === null ? null : !consuming,
    nowMs,
  );
  // While the broker cannot be observed, the time does not count: its clients may return with it.
  const disconnectedSinceMs =
    disconnected === null ? null : followSince(before?.disconnectedSinceMs ?? null, disconnected, nowMs);
  const signals: PipelineSignals = {
    unconsumedSeconds: consuming === null ? null : secondsSince(unconsumedSinceMs, nowMs),
    disconnectedSeconds: disconnected === null ? null : secondsSince(disconnectedSinceMs, nowMs),
    client: client?.name ?? null,
  };
  const after: FollowedPipeline = { state, consumed, unconsumedSinceMs, client, disconnectedSinceMs };
  return { after, signals };
}

const only = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name });

/**
 * An answer that contains the pipeline used its own connection (a passive declare), so a pipeline that does not consume is
 * still connected. Without an answer only the broker shows it, and only for a connected client.
 */
function isConsuming({ reported, state, joined }: ObservedPipeline): boolean | null {
  const consumers = joined?.consumers ?? null;
  if (reported) return state.ready && consumers !== 0;
  if (joined === null || consumers === null) return null;
  return consumers > 0 || joined.client?.connected !== true;
}

/**
 * Only for pipelines that the answer does not contain: a reported one is connected, but without a name and a consumer it is
 * a different client in the broker than before. null: it was never connected, or its broker cannot be observed.
 */
function isDisconnected(client: FollowedPipeline["client"], brokers: Brokers): boolean | null {
  const broker = client === null ? undefined : brokers.get(client.broker);
  if (client === null || broker === undefined || broker.blind) return null;
  return !broker.clients.some(({ id, connections }) => id === client.id && connections.length > 0);
}
