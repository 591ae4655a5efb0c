import type { Alert } from "@/lib/alerts/rule";
import type { AlertView } from "@/lib/views/alerts";

export const alertView = (alert: Alert): AlertView => ({ ...alert, labels: { ...alert.labels } });
