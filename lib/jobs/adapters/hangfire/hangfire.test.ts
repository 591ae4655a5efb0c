import { conforms } from "@/lib/jobs/adapters/conformance";
import { example } from "@/lib/jobs/adapters/hangfire/example";
import { embeddedWorld } from "@/lib/jobs/adapters/testing";

conforms(example, embeddedWorld);
