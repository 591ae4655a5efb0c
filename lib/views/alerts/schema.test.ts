import { expect, test } from "vitest";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import { type AlertView, byUrgency } from "@/lib/views/alerts/schema";

const alert = (id: string, of: Partial<AlertView>): AlertView => anAlertView({ id, ...of });

test("alerts that nobody handles come first", () => {
  const mutedBy = { by: "alert", id: "x", text: "its cause" } as const;
  const alerts = [
    alert("resolved", { state: "resolved", severity: "critical" }),
    alert("pending", { state: "pending", severity: "critical" }),
    alert("muted", { mutedBy, severity: "critical" }),
    alert("acknowledged", { acknowledgedBy: "ann" }),
    alert("warning", {}),
    alert("critical", { severity: "critical" }),
    alert("another warning", {}),
  ];
  const order = alerts.toSorted(byUrgency).map(({ id }) => id);
  expect(order).toEqual(["critical", "warning", "another warning", "muted", "acknowledged", "pending", "resolved"]);
});
