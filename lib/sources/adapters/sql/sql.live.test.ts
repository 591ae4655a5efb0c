import { claims } from "@/lib/sources/adapters/sql/claims.testing";
import { serverWorld } from "@/lib/sources/adapters/tables.testing";

claims(serverWorld);
