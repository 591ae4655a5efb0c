import { connect } from "amqplib";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

/** Kyoo uses aiormq's default of 60 s; a third of it shortens the scenario. */
const HEARTBEAT_SECONDS = 20;
/** The broker closes a connection after two to three heartbeats without a byte, so before the scan ends. */
const SCAN_SECONDS = 75;

/**
 * Kyoo v4.7.1's scanner (#869): `os.walk` and `guessit` run inside the event loop, so no heartbeat is sent during a
 * scan; then all found files are published at once. Its matcher, with the same library on the same host, keeps working.
 *
 * Measured with aio-pika 8.2.5, 9.4.0 and 10.2.1 (aiormq 6.4.2, 6.8.0, 7.2.4) at `?heartbeat=20`, which the broker then
 * reports as the timeout T: closed 55 s into a scan of 75 s. Each version notices only when the scan ends, reconnects
 * by itself within 4 to 9 s, and receives the scan message again, because its connection was closed before the
 * acknowledgement.
 */
export const scanBlocksHeartbeat: Scenario = {
  name: "scan-blocks-heartbeat",
  shows: "Kyoo's scanner blocks its event loop while it scans: no heartbeat leaves, and the broker closes it.",
  page: "Overview and the scanner's own page: late before it is closed, then why it ended, then back",
  needs: ["broker", "python"],
  sources: () => [],
  rules: [],
  clients: {},
  begin,
};

async function begin({ amqpUrl }: Place): Promise<RunningScenario> {
  const asKyoo = (role: string) => startProgram("./kyoo_scanner.py", { amqpUrl, role, heartbeat: HEARTBEAT_SECONDS });
  const [scanner, matcher] = await Promise.all([asKyoo("scanner"), asKyoo("matcher")]);
  return {
    scenes: [
      {
        name: "scans",
        atSeconds: 20,
        words: `the scanner scans for ${SCAN_SECONDS} s. It is late about 35 s into it, closed by the broker after 40 to 60 s, and back by itself when the scan ends`,
        act: () => askForScan(amqpUrl),
      },
    ],
    stop: async () => void (await Promise.all([scanner.kill(), matcher.kill()])),
  };
}

/** The message that Kyoo's back end sends when a user presses "scan". */
async function askForScan(amqpUrl: string): Promise<void> {
  const connection = await connect(amqpUrl, { clientProperties: { connection_name: "kyoo back" } });
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue("scanner.rescan", Buffer.from(JSON.stringify({ action: "scan", seconds: SCAN_SECONDS })));
  await channel.waitForConfirms();
  await connection.close();
}
