import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { example } from "@/lib/sources/adapters/good-job/example.testing";
import { embeddedWorld } from "@/lib/sources/adapters/tables.testing";

conforms(example, embeddedWorld);
