import { SECOND } from "@/lib/base/time/duration";

/** Margin on top of a library's own give-up time before its client is lost. */
const GRACE_MS = 60 * SECOND;
/** RoadRunner (amqp091-go, `golang`) stops redialling after `redial_timeout`, 60 s by default. */
const ROADRUNNER_MS = 60 * SECOND;
/** Most libraries retry for ever every 5 s, or back off to a minute or two: a longer absence is a loss. */
const OTHERS_MS = 240 * SECOND;

/** How long a client of this product may be absent before it is lost, ms. */
export function giveUpMs(product: string | null, platform: string | null): number {
  const roadRunner = product === "AMQP 0.9.1 Client" && platform === "golang";
  return (roadRunner ? ROADRUNNER_MS : OTHERS_MS) + GRACE_MS;
}
