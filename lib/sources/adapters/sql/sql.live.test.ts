import { serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { traps } from "@/lib/sources/adapters/sql/traps.testing";

traps(serverDatabase);
