import { MINUTE } from "@/lib/base/time/duration";
import { inLanguage } from "@/lib/notifications/formats/compose-text";
import { byCode, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { markdown } from "@/lib/notifications/formats/markdown";
import { bytes } from "@/lib/notifications/formats/text";

/** Bytes of UTF-8, not characters. */
const CONTENT_BYTES_MAX = 4_096;
const TITLE_BYTES_MAX = 300;
const FACT_BYTES_MAX = 300;
const LABELS_MAX = 20;

/** More than 20 messages a minute. */
const BUSY: Readonly<Record<number, number>> = { 45009: MINUTE };

/** A group robot of WeCom. Its key is part of the address; requests are not signed. */
export const wecom: Format<"wecom"> = {
  ...inLanguage((composed) => {
    const content = markdown(composed(LABELS_MAX), {
      max: CONTENT_BYTES_MAX,
      measure: bytes,
      titleMax: TITLE_BYTES_MAX,
      factMax: FACT_BYTES_MAX,
    });
    return formattedMessage({ msgtype: "markdown", markdown: { content } });
  }),
  accepted: (answer) => byCode(answer, ["errcode"], BUSY),
};
