import { conforms } from "@/lib/jobs/adapters/conformance";
import { example } from "@/lib/jobs/adapters/laravel/example";
import { serverWorld } from "@/lib/jobs/adapters/testing";

conforms(example, serverWorld);
