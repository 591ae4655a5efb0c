/** Width of one bar including its 1 px gap. */
const BAR_PX = 5;
const HEIGHT_PX = 16;

/** Counts as small bars, oldest first, at least 2 px high if not zero. Hidden from assistive technology: the caller
 * shows the total as text. */
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
        // biome-ignore lint/suspicious/noArrayIndexKey: a bar is identified by its position
        return <rect key={at} x={at * BAR_PX} y={HEIGHT_PX - height} width={BAR_PX - 1} height={height} fill={fill} />;
      })}
    </svg>
  );
}
