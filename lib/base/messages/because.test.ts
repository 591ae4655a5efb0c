import { expect, test } from "vitest";
import { reason, translateReason } from "@/lib/base/messages/because";
import { reasons as english } from "@/lib/base/messages/en/reasons";
import { reasons as chinese } from "@/lib/base/messages/zh-CN/reasons";

/** Facts as they come, so that none of them is taken for a part of another sentence. */
const FACTS = {
  ...{ where: "/api/nodes", address: "db.internal:5432", host: "videos.example", user: "ro", name: '"jobs"' },
  ...{ status: "503", code: "ECONNRESET", seconds: "5", bytes: "33554432", said: "Login failed: no such user" },
  ...{ schema: "archive", setting: "archive", count: "50" },
  ...{ statement: "GRANT SELECT ON jobs TO ro;", inside: "429", because: "answered 410" },
};
const fill = (text: string) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => new Map(Object.entries(FACTS)).get(name) ?? "");

/** The same in both languages, as far as a reader is concerned. */
const SAME: readonly string[] = ["said", "answered"];

test.each(Object.entries(english.reasons))("%s is said in Chinese by its English sentence", (key, text) => {
  const wanted = fill(new Map(Object.entries(chinese.reasons)).get(key) ?? "").replace("answered 410", "返回 410");
  expect(translateReason("zh-CN", fill(text))).toBe(wanted);
  expect(translateReason("zh-CN", `${fill(text).replace(/\.$/, "")}.`), "with a full stop").toBe(wanted);
  expect(translateReason("en", fill(text))).toBe(fill(text));
  if (!SAME.includes(key)) expect(wanted).toMatch(/\p{Script=Han}/u);
});

test.each([
  ["401 from /api/overview: Login failed", "/api/overview 返回 401：Login failed"],
  ["/api/nodes gave no answer within 2.5 s", "/api/nodes 在 2.5 秒内没有回答"],
  ["127.0.0.1:5432 refuses connections.", "127.0.0.1:5432 拒绝连接"],
  ["the webhook is switched off: it answered 410", "webhook 已停用：返回 410"],
  ["a driver's own words", "a driver's own words"],
  ["CHANNEL_ERROR - frame from client 7 answered nothing", "CHANNEL_ERROR - frame from client 7 answered nothing"],
  ["nothing was kept of source videos for 95 s", "source videos 已有 95 秒没有存入任何数据"],
  ["", ""],
])("%s: %s", (said, told) => expect(translateReason("zh-CN", said)).toBe(told));

test("a reason is made of the catalogue, whatever its facts spell", () => {
  expect(reason("refuses", { address: "{user}" })).toBe("{user} refuses connections.");
  expect(
    translateReason("zh-CN", reason("statusSaid", { status: 500, where: "/api", said: "a (b) $& {status}" })),
  ).toBe("/api 返回 500：a (b) $& {status}");
});
