/** A value as a share of its limit; critical if it is too high. The text beside the bar has the numbers. */
export function Bar({ share, critical }: { readonly share: number; readonly critical: boolean }) {
  return (
    <span aria-hidden="true" className="mt-0.5 block h-1.5 bg-raised">
      <span
        className="block h-1.5"
        style={{
          width: `${Math.min(1, share) * 100}%`,
          background: critical ? "var(--critical-fill)" : "var(--cat-6)",
        }}
      />
    </span>
  );
}
