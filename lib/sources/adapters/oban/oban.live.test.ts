import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { serverDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/oban/example.testing";

conforms(example, serverDatabase);
