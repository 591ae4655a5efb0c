import { conforms } from "@/lib/sources/adapters/conformance.testing";
import { embeddedDatabase } from "@/lib/sources/adapters/databases.testing";
import { example } from "@/lib/sources/adapters/django-q2/example.testing";

conforms(example, embeddedDatabase);
