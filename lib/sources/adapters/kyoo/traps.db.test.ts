import { claims } from "@/lib/sources/adapters/kyoo/claims.testing";
import { embeddedWorld } from "@/lib/sources/adapters/tables.testing";

claims(embeddedWorld);
