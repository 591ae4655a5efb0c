import { claims } from "@/lib/sources/adapters/kyoo/claims.testing";
import { serverWorld } from "@/lib/sources/adapters/tables.testing";

claims(serverWorld);
