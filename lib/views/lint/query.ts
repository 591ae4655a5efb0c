import { type LintRequest, LintView } from "@/lib/views/lint/schema";
import { requestJson } from "@/lib/views/request";

/** Has the server check a `.rr.yaml`, which it does not store. Throws RequestFailed. */
export const lintRoadRunner = (body: LintRequest): Promise<LintView> =>
  requestJson(LintView, "/api/v1/lint/roadrunner", { method: "POST", body });
