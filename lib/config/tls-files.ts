import { z } from "zod";

/** PATH_MAX of Linux. */
const PATH_LENGTH_MAX = 4_096;

/** A path, relative to the folder of lastbeat.yaml. */
export const filePath = z.string().min(1).max(PATH_LENGTH_MAX);

/** The path of a file in PEM format. */
export const pemFile = filePath.optional();

/** What an endpoint may need besides the authorities that the process trusts. */
export const tlsFiles = {
  /** Certificates of private authorities. */
  caFile: pemFile,
  /** The certificate that Lastbeat presents, with its chain, and its key. */
  certFile: pemFile,
  keyFile: pemFile,
} as const;
