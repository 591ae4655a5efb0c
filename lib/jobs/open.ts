import "server-only";
import type { PeertubeAccess } from "@/lib/jobs/peertube-client";
import { createSourceReader, type TableSource } from "@/lib/jobs/read";
import { createPeertubeReader } from "@/lib/jobs/read-peertube";
import type { SourceReader } from "@/lib/jobs/reader";

/** A reader for a source by its settings: of its tables, or of PeerTube's REST API. */
export const openSource = (source: TableSource | ({ readonly id: string } & PeertubeAccess)): SourceReader =>
  "apiUrl" in source ? createPeertubeReader(source) : createSourceReader(source);
