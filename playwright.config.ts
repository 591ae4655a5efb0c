import { defineConfig } from "@playwright/test";
import { chromium } from "./e2e/world/programs.ts";

/** Each wait inside a test has its own timeout and error message; this one only ends a test that hangs elsewhere. */
const TEST_WITHIN_MS = 900_000;
/** Six incidents and a browser share the machine: rendering a page has taken 16 s. */
const EXPECT_WITHIN_MS = 45_000;

/** Specs with a world of their own, longest first: a long spec that starts last would run alone at the end. */
const OWN_WORLDS = [
  "five-incidents-as-they-happen",
  "the-gallery",
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
  // Playwright starts projects in this order, and the files of a project in alphabetical order.
  projects: [
    ...OWN_WORLDS.map((name) => ({ name, testMatch: fileOf(name) })),
    { name: "pages", testMatch: fileOf("*"), testIgnore: OWN_WORLDS.map(fileOf) },
  ],
  // Each worker has its own world, and a test spends most of its time waiting for heartbeats.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: TEST_WITHIN_MS,
  expect: { timeout: EXPECT_WITHIN_MS },
  use: {
    // A trace records the page continuously: it took a quarter of the CPU and doubled a test's duration (measured).
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
