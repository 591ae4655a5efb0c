import { claims } from "@/lib/jobs/adapters/kyoo/claims";
import { embeddedWorld } from "@/lib/jobs/adapters/testing";

claims(embeddedWorld);
