import { defineConfig } from "@playwright/test";
import { chromium } from "./e2e/world/programs.ts";

/** Each wait inside a test has a bound of its own and says what it waited for; this only ends what has none. */
const TEST_WITHIN_MS = 900_000;
/** Six incidents and a browser share the machine: a page was seen to take 16 s to be drawn. */
const EXPECT_WITHIN_MS = 45_000;

/** Specs that build a world of their own, the longest first, so that none is begun last and waited for alone. */
const OWN_WORLDS = [
  "five-incidents-as-they-happen",
  "idle-and-silent-clients-are-reported",
  "an-ending-has-its-reason",
  "fifty-clients-outlive-a-restart",
  "a-cluster-loses-a-node",
];
const fileOf = (name: string): string => `**/${name}.spec.ts`;

// The browser comes from the system's packages, never from a download; e2e/fixtures.ts starts the servers.
const executablePath = chromium(process.env.CHROMIUM);
if (executablePath === null) throw new Error("no chromium on the PATH: install one, or name it in CHROMIUM");

export default defineConfig({
  testDir: "e2e",
  // Playwright begins projects in this order, and the files of one by their names.
  projects: [
    ...OWN_WORLDS.map((name) => ({ name, testMatch: fileOf(name) })),
    { name: "pages", testMatch: fileOf("*"), testIgnore: OWN_WORLDS.map(fileOf) },
  ],
  // Each worker has a world of its own, and most of a test is waiting for heartbeats.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: TEST_WITHIN_MS,
  expect: { timeout: EXPECT_WITHIN_MS },
  use: {
    // A trace is a film of the page: it took a quarter of the processor and doubled the time of a test (measured).
    trace: process.env.LASTBEAT_TEST_TRACE === "1" ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
