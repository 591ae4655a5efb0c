import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type pg from "pg";
import { z } from "zod";
import { listen } from "../listen.ts";

const [PENDING, PROCESSING, COMPLETED] = [1, 2, 3];

const Call = z.object({ runnerToken: z.string(), jobToken: z.string().optional(), progress: z.number().optional() });
type Call = z.infer<typeof Call>;

export interface RunnerApi {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A fake of the API that PeerTube's runners call, on PeerTube's own tables and by its rules (controllers/api/runners at
 * 6.3.3): `lastContact` is written at most every 30 s, and only after a successful call; a call for another runner's
 * job is rejected first. Its watchdog is off, as on a server whose job queue is stuck. It shares no route with the fake
 * administrators' API (lib/sources/reading/peertube-admin-api.testing.ts), which lists runners and jobs.
 */
export async function startRunnerApi(pool: pg.Pool, port: number): Promise<RunnerApi> {
  const server = createServer((request, response) => {
    answer(pool, request, response).catch((cause: unknown) => refuse(response, 500, String(cause)));
  });
  const { close } = await listen(server, port);
  return { url: `http://127.0.0.1:${port}`, stop: close };
}

const PATH = /^\/api\/v1\/runners\/jobs\/(?:([0-9a-f-]{36})\/)?(request|accept|update|success)$/;

async function answer(pool: pg.Pool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, uuid, verb] = PATH.exec(request.url ?? "") ?? [];
  if (request.method !== "POST" || verb === undefined) return refuse(response, 404, "no such route");
  const call = Call.parse(JSON.parse(await bodyOf(request)));
  const known = await pool.query('SELECT "id" FROM "runner" WHERE "runnerToken" = $1', [call.runnerToken]);
  if (known.rowCount === 0) return refuse(response, 404, "unknown_runner_token");
  const answer = uuid === undefined ? await available(pool) : await onJob(pool, verb, uuid, call);
  if (answer === null) return refuse(response, 400, "runner_job_not_in_processing_state");
  await pool.query(CONTACT, [call.runnerToken]);
  if (answer === "done") response.writeHead(204).end();
  else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

async function available(pool: pg.Pool): Promise<object> {
  const { rows } = await pool.query(AVAILABLE, [PENDING]);
  return { availableJobs: rows };
}

/** null: the job is not in the state that this call requires. */
async function onJob(pool: pg.Pool, verb: string, uuid: string, call: Call): Promise<object | "done" | null> {
  if (verb === "accept") {
    const { rows } = await pool.query(ACCEPT, [uuid, call.runnerToken, PENDING, PROCESSING]);
    return rows[0] === undefined ? null : { job: rows[0] };
  }
  const done = verb === "success";
  const values = [uuid, call.jobToken ?? null, done ? COMPLETED : PROCESSING, done ? null : (call.progress ?? null)];
  const { rowCount } = await pool.query(done ? SUCCEED : UPDATE, values);
  return rowCount === 0 ? null : "done";
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ status, code }));
}

// RUNNER_JOBS.LAST_CONTACT_UPDATE_INTERVAL is 30 s.
const CONTACT = `
  UPDATE "runner" SET "lastContact" = now(), "updatedAt" = now()
  WHERE "runnerToken" = $1 AND "lastContact" < now() - interval '30 seconds'`;

const AVAILABLE = `
  SELECT "uuid", "type", "payload" FROM "runnerJob" WHERE "state" = $1 ORDER BY "priority", "createdAt" LIMIT 10`;

const ACCEPT = `
  UPDATE "runnerJob" SET "state" = $4::int, "processingJobToken" = 'ptrjt-' || gen_random_uuid(),
         "runnerId" = (SELECT "id" FROM "runner" WHERE "runnerToken" = $2), "startedAt" = now(), "updatedAt" = now()
  WHERE "uuid" = $1 AND "state" = $3::int RETURNING "uuid", "type", "processingJobToken" AS "jobToken"`;

const UPDATE = `
  UPDATE "runnerJob" SET "progress" = $4::int, "updatedAt" = now()
  WHERE "uuid" = $1 AND "processingJobToken" = $2 AND "state" = $3::int`;

const SUCCEED = `
  UPDATE "runnerJob" SET "state" = $3::int, "progress" = $4::int, "processingJobToken" = NULL,
         "finishedAt" = now(), "updatedAt" = now()
  WHERE "uuid" = $1 AND "processingJobToken" = $2 AND "state" = ${PROCESSING}`;
