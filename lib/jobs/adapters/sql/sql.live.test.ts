import { claims } from "@/lib/jobs/adapters/sql/claims";
import { serverWorld } from "@/lib/jobs/adapters/testing";

claims(serverWorld);
