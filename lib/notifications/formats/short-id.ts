import { fingerprint } from "@/lib/base/signals/fingerprint";
import { cut } from "@/lib/notifications/formats/text";

/** An id that fits. Of one that is too long the end is replaced by a fingerprint of the whole: two stay two. */
export const shortId = (id: string, max: number): string => {
  const mark = `-${fingerprint(id)}`;
  const whole = cut(id, max);
  return whole === id ? id : `${id.slice(0, max - mark.length).toWellFormed()}${mark}`;
};
