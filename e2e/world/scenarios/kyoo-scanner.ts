// Kyoo v5's scanner as seen by PostgreSQL: one session listens, one processes requests one at a time, and one tries to
// acquire the leader lock every 5 s and then keeps it. The scanner never polls and does not read the table at startup.
import pg from "pg";
import { z } from "zod";
import { pause } from "../until.ts";

const Options = z.object({ databaseUrl: z.string(), worksMs: z.number() });
const LEADER_LOCK = 198_347;
const LEADER_EVERY_MS = 5_000;

const options = Options.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const [listener, taker, leader] = await Promise.all(["listens", "takes", "leads"].map(session));
if (listener === undefined || taker === undefined || leader === undefined) process.exit(1);
let awake = false;
listener.on("notification", () => void work());
await listener.query("LISTEN scanner_requests");
const leading = setInterval(() => void lead(), LEADER_EVERY_MS);
await lead();
console.log("ready");

async function session(does: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: `kyoo scanner ${does}` });
  client.on("error", () => process.exit(1));
  await client.connect();
  return client;
}

async function lead(): Promise<void> {
  const tried = await leader?.query<{ got: boolean }>("SELECT pg_try_advisory_lock($1) AS got", [LEADER_LOCK]);
  if (tried?.rows[0]?.got === true) clearInterval(leading);
}

async function work(): Promise<void> {
  if (awake || taker === undefined) return;
  awake = true;
  for (;;) {
    const { rows } = await taker.query<{ pk: number }>(TAKE);
    const [request] = rows;
    if (request === undefined) break;
    await pause(options.worksMs);
    await taker.query("DELETE FROM scanner.requests WHERE pk = $1", [request.pk]);
  }
  awake = false;
}

const TAKE = `
  UPDATE scanner.requests SET status = 'running', started_at = now() WHERE pk = (
    SELECT pk FROM scanner.requests
    WHERE status = 'pending' OR (status = 'running' AND started_at < now() - interval '30 minutes')
    FOR UPDATE SKIP LOCKED LIMIT 1)
  RETURNING pk`;
