import { QueryClient } from "@tanstack/react-query";
import { RequestFailed } from "@/lib/views/request";

/**
 * The retry policy of the browser. A refused request (4xx) is not repeated, since the answer would be the same; any
 * other failure is repeated once, and polling goes on in any case.
 */
export const shouldRetry = (failures: number, cause: Error): boolean =>
  failures < 1 && !(cause instanceof RequestFailed && cause.status >= 400 && cause.status < 500);

export const createQueryClient = (): QueryClient =>
  new QueryClient({ defaultOptions: { queries: { retry: shouldRetry } } });
