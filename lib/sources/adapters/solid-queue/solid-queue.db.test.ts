import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { example } from "@/lib/sources/adapters/solid-queue/example.testing";
import { embeddedWorld } from "@/lib/sources/adapters/tables.testing";

conforms(example, embeddedWorld);
