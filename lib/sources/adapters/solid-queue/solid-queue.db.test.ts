import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/solid-queue/example.testing";

conforms(example, embeddedDatabase);
