/** A bar is 5 px wide, and one reconnect at least 2 px high. */
const BAR_PX = 5;
const HEIGHT_PX = 16;

/** Counts as small bars, oldest first; the number beside it says how many in all. */
export function Spark({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  if (counts.length === 0) return null;
  return (
    <svg
      width={counts.length * BAR_PX}
      height={HEIGHT_PX}
      aria-hidden="true"
      className="inline-block align-text-bottom"
    >
      {counts.map((count, at) => {
        const height = count === 0 ? 1 : Math.max(2, Math.round((count / most) * HEIGHT_PX));
        const fill = count === 0 ? "var(--line)" : "var(--ink)";
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a bar is
        return <rect key={at} x={at * BAR_PX} y={HEIGHT_PX - height} width={BAR_PX - 1} height={height} fill={fill} />;
      })}
    </svg>
  );
}
