import { JobsPanel } from "@/components/jobs/jobs-panel";

export default function JobsPage() {
  return <JobsPanel />;
}
