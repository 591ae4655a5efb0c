/** Major and minor, such as [2025, 1] or [4, 3]. */
export type Version = readonly [major: number, minor: number];

/** Reads `2025.1.15`, `v2024.3`, `4.3.0-rc.1`; null for anything else. */
export function parseVersion(text: string): Version | null {
  const [, major, minor] = /^v?(\d{1,4})(?:\.(\d{1,4}))?(?:[.\-+].*)?$/.exec(text.trim()) ?? [];
  return major === undefined ? null : [Number(major), Number(minor ?? 0)];
}

/** Whether a version is at least another; null if it is unknown. */
export function atLeast(version: Version | null, other: Version): boolean | null {
  if (version === null) return null;
  return version[0] > other[0] || (version[0] === other[0] && version[1] >= other[1]);
}
