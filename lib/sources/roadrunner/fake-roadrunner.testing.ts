import { once } from "node:events";
import { createServer } from "node:http";

/** What a path answers; null: nothing, for ever. */
export type StandInAnswer = { readonly status?: number; readonly text: string } | null;

export interface FakeRoadRunner {
  readonly url: string;
  /** Paths with their query; what is not named answers 404. */
  say(answers: Readonly<Record<string, StandInAnswer>>): void;
  /** Paths asked for so far. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** An HTTP server that answers as it is told, in the place of an application's own. */
export async function openFakeRoadRunner(): Promise<FakeRoadRunner> {
  let answers: Readonly<Record<string, StandInAnswer>> = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers[request.url ?? ""];
    if (answer === null) return;
    response.writeHead(answer === undefined ? 404 : (answer.status ?? 200));
    response.end(answer?.text ?? "not found");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    say: (next) => {
      answers = next;
    },
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
