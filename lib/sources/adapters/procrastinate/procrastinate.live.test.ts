import { conforms, conformsWithOlder } from "@/lib/sources/adapters/conformance.testing";
import { serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { example, older } from "@/lib/sources/adapters/procrastinate/example.testing";

conforms(example, serverDatabase);
conformsWithOlder(older, serverDatabase);
