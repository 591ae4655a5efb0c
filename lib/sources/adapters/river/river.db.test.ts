import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { example } from "@/lib/sources/adapters/river/example.testing";
import { embeddedWorld } from "@/lib/sources/adapters/tables.testing";

conforms(example, embeddedWorld);
