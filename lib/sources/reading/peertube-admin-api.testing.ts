import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";

/** A row of PeerTube's tables, with the columns that the fake server needs. */
const RunnerRow = z.object({
  id: z.number(),
  name: z.string(),
  ip: z.string(),
  lastContact: z.date(),
  version: z.string().nullish(),
  createdAt: z.date(),
});
const JobRow = z.object({
  id: z.number(),
  dependsOnRunnerJobId: z.number().nullable(),
  uuid: z.string(),
  type: z.string(),
  state: z.number(),
  progress: z.number().nullable(),
  failures: z.number(),
  error: z.string().nullable(),
  payload: z.unknown(),
  privatePayload: z.unknown(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  createdAt: z.date(),
  updatedAt: z.date(),
  runnerId: z.number().nullable(),
});
type JobRow = z.infer<typeof JobRow>;

export interface FakeAdminApi {
  readonly url: string;
  /** Method and path with query, in order. */
  readonly requests: string[];
  /** Invalidates every access token granted so far, and refresh tokens as well if `refreshToo`. */
  expire(refreshToo: boolean): void;
  /** Changes the behaviour of later answers. */
  behave(change: Partial<Behaviour>): void;
  close(): Promise<void>;
}

interface Behaviour {
  /** The Host header that is required for its OAuth client; null: any. */
  readonly publicName: string | null;
  readonly secondFactor: boolean;
  readonly mayManageRunners: boolean;
  /** Query parameters that it ignores, as older versions ignore unknown ones. */
  readonly ignores: readonly string[];
  /** Replaces answers, by path. */
  readonly instead: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>>;
}

export const USER = { username: "root", password: "pass-secret" };

const PER_PAGE_MAX = 100;

/**
 * A fake of the REST API with which PeerTube's administrators list runners and their jobs, over the given rows, written from
 * PeerTube's code at 6.3.3 (controllers api/users/token, api/oauth-clients, api/runners; models runner and runner-job).
 */
export async function startFakeAdminApi(
  rows: (table: "runner" | "runnerJob") => Promise<readonly unknown[]>,
): Promise<FakeAdminApi> {
  const requests: string[] = [];
  let behaviour: Behaviour = {
    publicName: null,
    secondFactor: false,
    mayManageRunners: true,
    ignores: [],
    instead: {},
  };
  let valid = { access: "", refresh: "" };
  let granted = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? "", "http://x");
    requests.push(`${request.method} ${decodeURIComponent(`${url.pathname}${url.search}`)}`);
    const instead = behaviour.instead[url.pathname];
    if (instead !== undefined) return instead(request, response);
    if (url.pathname === "/api/v1/oauth-clients/local") {
      const { publicName } = behaviour;
      if (publicName !== null && request.headers.host !== publicName) return problem(response, 403);
      return json(response, { client_id: "client", client_secret: "client-secret" });
    }
    if (url.pathname === "/api/v1/users/token") return token(await bodyOf(request), response);
    if (request.headers.authorization !== `Bearer ${valid.access}`) return problem(response, 401, "invalid_token");
    if (!behaviour.mayManageRunners) return problem(response, 403);
    if (url.pathname === "/api/v1/runners") return json(response, await runners(url.searchParams));
    if (url.pathname === "/api/v1/runners/jobs") return json(response, await jobs(url.searchParams));
    return problem(response, 404);
  }

  function token(form: URLSearchParams, response: ServerResponse): ServerResponse {
    if (form.get("client_secret") !== "client-secret") return problem(response, 400, "invalid_client");
    const renews = form.get("grant_type") === "refresh_token";
    const accepted = renews
      ? form.get("refresh_token") === valid.refresh
      : form.get("username") === USER.username && form.get("password") === USER.password;
    if (!accepted) return problem(response, 400, "invalid_grant");
    if (behaviour.secondFactor && !renews) {
      response.setHeader("x-peertube-otp", "required; app");
      return problem(response, 401, "missing_two_factor");
    }
    granted++;
    valid = { access: `access-secret-${granted}`, refresh: `refresh-secret-${granted}` };
    return json(response, {
      token_type: "Bearer",
      access_token: valid.access,
      refresh_token: valid.refresh,
      expires_in: 86_399,
      refresh_token_expires_in: 1_209_599,
    });
  }

  async function runners(query: URLSearchParams) {
    const all = z.array(RunnerRow).parse(await rows("runner"));
    all.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id);
    return paged(all, query);
  }

  async function jobs(query: URLSearchParams) {
    const names = new Map(
      z
        .array(RunnerRow)
        .parse(await rows("runner"))
        .map((row) => [row.id, row.name]),
    );
    const valuesOf = (name: string) => (behaviour.ignores.includes(name) ? [] : query.getAll(name));
    const states = valuesOf("stateOneOf").map(Number);
    const search = valuesOf("search")[0] ?? "";
    const direction = query.get("sort")?.startsWith("-") !== false ? -1 : 1;
    const all = z.array(JobRow).parse(await rows("runnerJob"));
    const stateOf = new Map(all.map((job) => [job.id, job.state]));
    const matching = all
      .filter((job) => states.length === 0 || states.includes(job.state))
      .filter((job) => `${job.type}\n${names.get(job.runnerId ?? 0) ?? ""}`.includes(search))
      .sort((a, b) => direction * (a.updatedAt.getTime() - b.updatedAt.getTime()) || (a.uuid < b.uuid ? -1 : 1));
    const { total, data } = paged(matching, query);
    return { total, data: data.map((job) => formatted(job, names, stateOf)) };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => response.writeHead(500).end(String(cause)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    requests,
    expire(refreshToo) {
      valid = { access: "none", refresh: refreshToo ? "none" : valid.refresh };
    },
    behave(change) {
      behaviour = { ...behaviour, ...change };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function paged<T>(all: readonly T[], query: URLSearchParams): { total: number; data: T[] } {
  const start = Number(query.get("start") ?? 0);
  const count = Number(query.get("count") ?? 15);
  if (count > PER_PAGE_MAX) throw new Error(`Should have a number count (max: ${PER_PAGE_MAX})`);
  return { total: all.length, data: all.slice(start, start + count) };
}

const formatted = (job: JobRow, names: ReadonlyMap<number, string>, stateOf: ReadonlyMap<number, number>) => ({
  uuid: job.uuid,
  type: job.type,
  state: { id: job.state, label: "" },
  progress: job.progress,
  priority: 0,
  failures: job.failures,
  error: job.error,
  payload: job.payload,
  startedAt: job.startedAt?.toISOString(),
  finishedAt: job.finishedAt?.toISOString(),
  createdAt: job.createdAt.toISOString(),
  updatedAt: job.updatedAt.toISOString(),
  runner: job.runnerId === null ? null : { id: job.runnerId, name: names.get(job.runnerId), description: null },
  parent: job.dependsOnRunnerJobId === null ? undefined : { state: { id: stateOf.get(job.dependsOnRunnerJobId) } },
  privatePayload: job.privatePayload,
});

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

function json(response: ServerResponse, value: unknown): ServerResponse {
  return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function problem(response: ServerResponse, status: number, code?: string): ServerResponse {
  return response
    .writeHead(status, { "content-type": "application/problem+json" })
    .end(JSON.stringify({ status, code }));
}
