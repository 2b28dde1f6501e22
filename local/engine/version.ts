/** The engine that is downloaded or built. The Go module file pins the same one. */
export const engineVersion = "3.259.0";

/** The oldest engine on PATH that is used: from here on it judges policies on an exported stack without a login. */
export const oldestEngine = "3.249.0";

function parts(version: string): number[] {
  return version.split(/[-+]/u, 1)[0]?.split(".").map(Number) ?? [];
}

/** Whether a version (`3.259.0`, without the `v`) is at least {@link oldestEngine}. */
export function isRecentEnough(version: string, oldest: string = oldestEngine): boolean {
  const have = parts(version);
  for (const [index, wanted] of parts(oldest).entries()) {
    const part = have[index] ?? 0;
    if (Number.isNaN(part)) {
      return false;
    }
    if (part !== wanted) {
      return part > wanted;
    }
  }
  return true;
}
