import { expect, test } from "vitest";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import { type AlertView, byNeed } from "@/lib/views/alerts/schema";

const alert = (id: string, of: Partial<AlertView>): AlertView => anAlertView({ id, ...of });

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
