import { claims } from "@/lib/jobs/adapters/kyoo/claims";
import { serverWorld } from "@/lib/jobs/adapters/testing";

claims(serverWorld);
