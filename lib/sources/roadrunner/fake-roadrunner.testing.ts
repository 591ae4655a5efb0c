import { once } from "node:events";
import { createServer } from "node:http";

/** The answer of a path; null: no answer at all. */
export type FakeAnswer = { readonly status?: number; readonly text: string } | null;

export interface FakeRoadRunner {
  readonly url: string;
  /** Sets the answers by path with query; any other path answers 404. */
  answerWith(answers: Readonly<Record<string, FakeAnswer>>): void;
  /** The paths requested so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An HTTP server with configurable answers, in place of an application's own. */
export async function openFakeRoadRunner(): Promise<FakeRoadRunner> {
  let answers: Readonly<Record<string, FakeAnswer>> = {};
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
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
    answerWith: (next) => {
      answers = next;
    },
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
