import { conforms } from "@/lib/jobs/adapters/conformance";
import { example } from "@/lib/jobs/adapters/good-job/example";
import { embeddedWorld } from "@/lib/jobs/adapters/testing";

conforms(example, embeddedWorld);
