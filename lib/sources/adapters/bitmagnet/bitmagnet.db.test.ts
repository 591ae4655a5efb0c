import { example } from "@/lib/sources/adapters/bitmagnet/example.testing";
import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";

conforms(example, embeddedDatabase);
