import "server-only";
import type { PeertubeAccess } from "@/lib/sources/reading/peertube-client";
import { createSourceReader, type TableSource } from "@/lib/sources/reading/read";
import { createPeertubeReader } from "@/lib/sources/reading/read-peertube";
import type { SourceReader } from "@/lib/sources/reading/reader";

/** A reader for a source by its settings: of its tables, or of PeerTube's REST API. */
export const openSource = (source: TableSource | ({ readonly id: string } & PeertubeAccess)): SourceReader =>
  "apiUrl" in source ? createPeertubeReader(source) : createSourceReader(source);
