// A runner as seen by PeerTube's server: it requests a job, reports progress, completes it, and requests the next one.
// One second here represents the minute between two progress reports.
import { z } from "zod";
import { pause } from "../until.ts";

const Options = z.object({ url: z.string(), token: z.string() });
const Available = z.object({ availableJobs: z.array(z.object({ uuid: z.string() })) });
const Accepted = z.object({ job: z.object({ uuid: z.string(), jobToken: z.string() }) });
type Job = z.infer<typeof Accepted>["job"];
const EVERY_MS = 1_000;

const options = Options.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

let job: Job | null = null;
let progress = 0;
for (let first = true; ; first = false) {
  // The server may be unreachable or return an error; the runner continues.
  await turn().catch(() => undefined);
  if (first) console.log("ready");
  await pause(EVERY_MS);
}

async function turn(): Promise<void> {
  if (job === null) {
    job = await take();
    progress = 0;
    return;
  }
  progress += 1;
  const { uuid, jobToken } = job;
  if (progress < 100) {
    await call(`/${uuid}/update`, { jobToken, progress });
    return;
  }
  await call(`/${uuid}/success`, { jobToken });
  job = null;
}

async function take(): Promise<Job | null> {
  const [offered] = Available.parse(await call("/request", {})).availableJobs;
  return offered === undefined ? null : Accepted.parse(await call(`/${offered.uuid}/accept`, {})).job;
}

async function call(path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${options.url}/api/v1/runners/jobs${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ runnerToken: options.token, ...body }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${path} was refused: ${answer.status}`);
  return answer.status === 204 ? null : await answer.json();
}
