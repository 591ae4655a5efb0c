import { expect, test } from "vitest";
import { blockedChanges } from "@/lib/rabbitmq/clients/blocked";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Sessions as "client", or "client!" for a blocked one; "?" is one without a client yet. */
const sessions = (story: string): Session[] =>
  story
    .split(" ")
    .filter(Boolean)
    .map((text, at) => ({
      id: `${at}`,
      broker: "main",
      connection: "",
      node: null,
      pid: null,
      openedMs: 0,
      closedMs: null,
      end: null,
      reconnect: false,
      likely: false,
      listed: true,
      timeoutSeconds: 60,
      recvOct: 0,
      recvGrewMs: 0,
      sendOct: 0,
      sendGrewMs: 0,
      client: text.startsWith("?") ? null : text.replace("!", ""),
      blocked: text.endsWith("!"),
      lateSinceMs: null,
    }));

test.each([
  ["a session becomes blocked", "a b", "a! b", "a", ""],
  ["a session is unblocked", "a!", "a", "", "a"],
  ["no change", "a!", "a!", "", ""],
  ["a client is blocked while any of its sessions is", "a! a!", "a! a", "", ""],
  ["the end of a blocked session ends it", "a! b", "b", "", "a"],
  ["a session without a client yet is reported later", "?!", "a!", "a", ""],
])("%s", (_, before, now, began, ended) => {
  const changes = blockedChanges(sessions(before), sessions(now));
  expect([changes.began.join(" "), changes.ended.join(" ")]).toEqual([began, ended]);
});
