import type { Client } from "@/lib/rabbitmq/clients/client";

/** Names or users that differ only in a part that changes, and the pattern for `strip` that makes them one client. */
export interface NameSuggestion {
  readonly of: "name" | "user";
  /** A regular expression for `clients.strip`. */
  readonly pattern: string;
  /** What is left of the names. */
  readonly folded: string;
  /** Clients of this form within the last day. */
  readonly clients: number;
  /** The latest of them. */
  readonly examples: readonly string[];
  readonly ids: ReadonlySet<string>;
}

/** Fewer may be programs that happened to end. */
const CLIENTS_MIN = 5;
/**
 * Clients of one form that are connected together are replicas or numbered workers, whose names do not change: with
 * successors most of them are gone at any time. Two overlap while one replaces the other.
 */
const OVERLAPPING_MAX = 1 / 3;
const EXAMPLES = 3;
/** More suggestions than a person acts on. */
const SUGGESTIONS_MAX = 10;

/**
 * Forms of names of which one client after another was seen, each for a while, so that no rule folds them. A client that is
 * in memory was connected within the last day.
 */
export function suggestPatterns(clients: Iterable<Client>): readonly NameSuggestion[] {
  const groups = new Map<string, Member[]>();
  for (const client of clients) {
    for (const member of membersOf(client)) {
      const group = groups.get(member.key);
      if (group) group.push(member);
      else groups.set(member.key, [member]);
    }
  }
  return [...groups.values()]
    .flatMap((group) => suggestionOf(group) ?? [])
    .sort((a, b) => b.clients - a.clients)
    .slice(0, SUGGESTIONS_MAX);
}

/** A token of a name: text that is the same in all names of its form, or a part that may change. */
interface Token {
  readonly text: string;
  readonly kind: "text" | "digits" | "mixed";
}

interface Member {
  readonly key: string;
  readonly of: "name" | "user";
  readonly value: string;
  readonly tokens: readonly Token[];
  readonly client: Client;
}

function membersOf(client: Client): Member[] {
  const { vhost, user, product, peerHost, namedBy } = client;
  const host = ` (${peerHost})`;
  const name = client.name.endsWith(host) ? client.name.slice(0, -host.length) : client.name;
  const ofName = tokensOf(name);
  const ofUser = tokensOf(user);
  const members: Member[] = [];
  if (namedBy === "connection-name" && ofName.some(mayChange)) {
    members.push({ key: keyOf(vhost, user, product, formOf(ofName)), of: "name", value: name, tokens: ofName, client });
  }
  if (ofUser.some(mayChange)) {
    const key = keyOf(vhost, name.replace(user, ""), product, formOf(ofUser));
    members.push({ key, of: "user", value: user, tokens: ofUser, client });
  }
  return members;
}

const keyOf = (...parts: readonly (string | null)[]): string => JSON.stringify(parts);
const mayChange = ({ kind }: Token): boolean => kind !== "text";
const formOf = (tokens: readonly Token[]): string =>
  tokens.map(({ kind, text }) => (kind === "text" ? text : kind)).join("\0");

/** `worker12` is a word and a number; `6b1274d2` and `a8f3kq` are one part. */
function tokensOf(name: string): Token[] {
  return (name.match(/[A-Za-z0-9]+|[^A-Za-z0-9]+/g) ?? []).flatMap((text): Token[] => {
    const numbered = /^([A-Za-z]+)(\d+)$/.exec(text);
    if (numbered?.[1] !== undefined && numbered[2] !== undefined) {
      return [
        { text: numbered[1], kind: "text" },
        { text: numbered[2], kind: "digits" },
      ];
    }
    if (!/\d/.test(text)) return [{ text, kind: "text" }];
    return [{ text, kind: /^\d+$/.test(text) ? "digits" : "mixed" }];
  });
}

function suggestionOf(members: readonly Member[]): NameSuggestion | null {
  const [first] = members;
  const values = new Set(members.map(({ value }) => value));
  if (first === undefined || values.size < CLIENTS_MIN) return null;
  if (mostAtOnce(members) > members.length * OVERLAPPING_MAX) return null;
  const changing = first.tokens.flatMap((_, at) =>
    new Set(members.map(({ tokens }) => tokens[at]?.text)).size > 1 ? [at] : [],
  );
  const cut = cutOf(first.tokens, changing);
  if (cut === null) return null;
  const column = (at: number) => members.map(({ tokens }) => tokens[at]?.text ?? "");
  const latest = members.toSorted((a, b) => b.client.firstSeenMs - a.client.firstSeenMs);
  return {
    of: first.of,
    pattern: patternOf(first.tokens, cut, column),
    folded: cut.before + cut.after,
    clients: members.length,
    examples: latest.slice(0, EXAMPLES).map(({ value }) => value),
    ids: new Set(members.map(({ client }) => client.id)),
  };
}

/** The largest number of them that were connected at one time. */
function mostAtOnce(members: readonly Member[]): number {
  const changes = members
    .flatMap(({ client: { firstSeenMs, lastSeenMs } }) => [
      { atMs: firstSeenMs, by: 1 },
      { atMs: lastSeenMs, by: -1 },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

interface Cut {
  /** The tokens that go: from the first to the last that changes, with the separator beside them. */
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
}

function cutOf(tokens: readonly Token[], changing: readonly number[]): Cut | null {
  const first = changing[0];
  const last = changing.at(-1);
  if (first === undefined || last === undefined) return null;
  const isSeparator = (at: number) => tokens[at] !== undefined && /^[^A-Za-z0-9]+$/.test(tokens[at].text);
  const from = first > 0 && isSeparator(first - 1) ? first - 1 : first;
  const to = from === 0 && isSeparator(last + 1) ? last + 1 : last;
  const text = (part: readonly Token[]) => part.map((token) => token.text).join("");
  const [before, after] = [text(tokens.slice(0, from)), text(tokens.slice(to + 1))];
  // Without a word that stays, all of these names would become an empty one.
  return /[A-Za-z]/.test(before + after) ? { from, to, before, after } : null;
}

/** Anchored by what stays, so that it matches no other name, with what goes as its group: `^worker(?<strip>-\d+)$`. */
function patternOf(
  tokens: readonly Token[],
  { from, to, before, after }: Cut,
  column: (at: number) => string[],
): string {
  const middle = tokens
    .slice(from, to + 1)
    .map((token, at) => (token.kind === "text" ? escaped(token.text) : classOf(column(from + at))))
    .join("");
  return `^${escaped(before)}(?<strip>${middle})${escaped(after)}$`;
}

function classOf(texts: readonly string[]): string {
  if (texts.every((text) => /^\d+$/.test(text))) return "\\d+";
  const letters = texts.some((text) => /[A-Z]/.test(text)) ? "A-Za-z" : "a-z";
  const lengths = new Set(texts.map(({ length }) => length));
  return `[0-9${letters}]${lengths.size === 1 ? `{${texts[0]?.length}}` : "+"}`;
}

/** A hyphen needs no escape outside a class. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
