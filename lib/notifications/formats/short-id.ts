import { fingerprint } from "@/lib/base/signals/fingerprint";
import { cut } from "@/lib/notifications/formats/text";

/** An id of at most `max` characters. The end of a longer one is replaced by a fingerprint, so that ids stay distinct. */
export const shortId = (id: string, max: number): string => {
  const suffix = `-${fingerprint(id)}`;
  const whole = cut(id, max);
  return whole === id ? id : `${id.slice(0, max - suffix.length).toWellFormed()}${suffix}`;
};
