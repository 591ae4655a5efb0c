import { globSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { queueWithoutConsumer } from "../lib/base/messages/rules/queue-without-consumer.ts";

/** Files of the production build that contain the text. */
const filesWith = (glob: string, text: string): readonly string[] =>
  globSync(glob).filter((path) => readFileSync(path, "utf8").includes(text));

test("the texts of rules reach the browser with its page, in one language, and not as code", () => {
  const text = queueWithoutConsumer.en.summary;
  expect(filesWith(".next/server/**/*.js", text).length).toBeGreaterThan(0);
  expect(globSync(".next/static/**/*.js").length).toBeGreaterThan(0);
  expect(filesWith(".next/static/**/*.js", text)).toEqual([]);
});
