import { conforms, conformsWithOlder } from "@/lib/sources/adapters/conformance.testing";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { example, older } from "@/lib/sources/adapters/procrastinate/example.testing";

conforms(example, embeddedDatabase);
conformsWithOlder(older, embeddedDatabase);
