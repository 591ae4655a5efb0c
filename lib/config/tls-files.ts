import { z } from "zod";

/** PATH_MAX of Linux. */
const PATH_LENGTH_MAX = 4_096;

/** The path of a file in PEM format, relative to the folder of lastbeat.yaml. */
export const pemFile = z.string().min(1).max(PATH_LENGTH_MAX).optional();

/** What an endpoint may need besides the authorities that the process trusts. */
export const tlsFiles = {
  /** Certificates of private authorities. */
  caFile: pemFile,
  /** The certificate that Lastbeat presents, with its chain, and its key. */
  certFile: pemFile,
  keyFile: pemFile,
} as const;
