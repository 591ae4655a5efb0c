import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/peertube/example.testing";

conforms(example, serverDatabase);
