import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { example } from "@/lib/sources/adapters/django-q2/example.testing";
import { embeddedWorld } from "@/lib/sources/adapters/tables.testing";

conforms(example, embeddedWorld);
