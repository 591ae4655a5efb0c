import { serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { traps } from "@/lib/sources/adapters/kyoo/traps.testing";

traps(serverDatabase);
