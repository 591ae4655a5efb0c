import { expect, test } from "vitest";
import { type AlertView, byNeed } from "@/lib/views/alerts";

const alert = (id: string, of: Partial<AlertView>): AlertView => ({
  ...{ id, rule: "r", severity: "warning", state: "firing", labels: {}, value: 1, threshold: 1, startedMs: 1 },
  ...{ firedMs: 1, resolvedMs: null, summary: "", inferred: false, flapping: false, noData: false },
  ...{ acknowledgedBy: null, acknowledgedUntilMs: null, acknowledgedComment: null, mutedBy: null },
  ...of,
});

test("what needs somebody comes first, whatever began last", () => {
  const mutedBy = { by: "alert", id: "x", text: "its cause" } as const;
  const alerts = [
    alert("resolved", { state: "resolved", severity: "critical" }),
    alert("pending", { state: "pending", severity: "critical" }),
    alert("muted", { mutedBy, severity: "critical" }),
    alert("taken on", { acknowledgedBy: "ann" }),
    alert("warning", {}),
    alert("critical", { severity: "critical" }),
    alert("another warning", {}),
  ];
  const told = alerts.toSorted(byNeed).map(({ id }) => id);
  expect(told).toEqual(["critical", "warning", "another warning", "muted", "taken on", "pending", "resolved"]);
});
