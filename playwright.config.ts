import { defineConfig } from "@playwright/test";
import { chromium } from "./e2e/world/programs.ts";

const TEST_WITHIN_MS = 180_000;
const EXPECT_WITHIN_MS = 15_000;

// The browser comes from the system's packages, never from a download; e2e/fixtures.ts starts the servers.
const executablePath = chromium(process.env.CHROMIUM);
if (executablePath === null) throw new Error("no chromium on the PATH: install one, or name it in CHROMIUM");

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  // Each worker has a world of its own, and most of a test is waiting for heartbeats.
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: TEST_WITHIN_MS,
  expect: { timeout: EXPECT_WITHIN_MS },
  use: {
    trace: "retain-on-failure",
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
