import { answers, type ScoredMember } from "@/lib/sources/redis/answers";
import { type RedisCommand, type RunCommands, whereAllowed } from "@/lib/sources/redis/commands";

/** A part of a sorted set, spread over all of its ranks. `size`: of the whole set. */
export interface SetSample {
  readonly size: number;
  readonly members: readonly ScoredMember[];
  /** Members of the set for each member of the sample; 1 for the whole set, 0 where none was read. */
  readonly scale: number;
}

/** A sorted set that is sampled, with its size as it was just counted. */
export interface SizedSet {
  readonly key: string;
  readonly size: number;
}

/** What the members of one poll's samples may weigh together. Half of what an answer may weigh, since sizes are averages. */
const SAMPLE_BYTES_MAX = 4_000_000;
/** So many members give a share to within three percentage points. */
const MEMBERS_MAX = 1_000;
/** What is assumed of a member where the server does not say how much its keys weigh. */
export const MEMBER_BYTES = 16_000;

/**
 * Samples of sorted sets whose members may be whole jobs of any size: as many members as fit into the budget, by what
 * the server says a set weighs. A set with members too large for even one is sampled by none. `membersMax`: of all sets together.
 */
export async function sampledSets(
  run: RunCommands,
  sets: readonly SizedSet[],
  membersMax = Number.POSITIVE_INFINITY,
): Promise<ReadonlyMap<string, SetSample>> {
  const filled = sets.filter(({ size }) => size > 0);
  const weights = await weightsOf(
    run,
    filled.map(({ key }) => key),
  );
  const share = SAMPLE_BYTES_MAX / Math.max(1, filled.length);
  const most = Math.max(1, Math.min(MEMBERS_MAX, Math.floor(membersMax / Math.max(1, filled.length))));
  const plans = filled.map(({ key, size }, index) => {
    const bytes = weights === null ? null : (weights[index] ?? null);
    const each = bytes === null ? MEMBER_BYTES : Math.max(1, bytes / size);
    const wanted = Math.min(size, most, Math.floor(share / each));
    return { key, size, isWhole: wanted >= size, commands: rangesOf(key, size, wanted) };
  });
  const found = await run({ name: "samples", commands: plans.flatMap(({ commands }) => commands) });
  let at = 0;
  return new Map(
    plans.map(({ key, size, isWhole, commands }) => {
      const members = found.slice(at, at + commands.length).flatMap((part) => answers.scored(part));
      at += commands.length;
      return [key, { size: isWhole ? members.length : size, members, scale: isWhole ? 1 : scaleOf(size, members) }];
    }),
  );
}

/** What keys weigh, 0 for one that does not exist; null where the server does not say: some services have no MEMORY. */
export async function weightsOf(run: RunCommands, keys: readonly string[]): Promise<readonly number[] | null> {
  const commands = keys.map((key) => ["MEMORY USAGE", key] as const);
  const found = await whereAllowed(run({ name: "weights", commands }));
  return found === null ? null : found.map(answers.count);
}

const scaleOf = (size: number, members: readonly ScoredMember[]): number =>
  members.length === 0 ? 0 : Math.max(1, size / members.length);

/** All of a set at once, or single ranks at equal distances. */
function rangesOf(key: string, size: number, wanted: number): readonly RedisCommand[] {
  if (wanted >= size) return [["ZRANGE", key, 0, MEMBERS_MAX - 1, "WITHSCORES"]];
  return Array.from({ length: wanted }, (_, index) => {
    const rank = Math.floor(((index + 0.5) * size) / wanted);
    return ["ZRANGE", key, rank, rank, "WITHSCORES"] as const;
  });
}

/** The members of a set, up to `max`. */
export async function membersOf(run: RunCommands, key: string, max: number): Promise<readonly string[]> {
  const members = new Set<string>();
  let cursor = "0";
  do {
    const [answer] = await run({ name: "members", commands: [["SSCAN", key, cursor, "COUNT", max]] });
    const [next, part] = answers.list(answer);
    for (const member of answers.texts(part)) members.add(member);
    cursor = String(next ?? "0");
  } while (cursor !== "0" && members.size < max);
  return [...members].slice(0, max);
}
