// Part of the bootstrap, so nothing but Node's own modules may be used here either.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The packages of a lockfile that are not installed in the version it names, as paths below the repository. Optional
 * packages that only fit other platforms do not count.
 *
 * @param lockfile content of package-lock.json
 * @param record content of node_modules/.package-lock.json, in which npm says what it has installed
 */
export function missingPackages(lockfile, record) {
  return Object.entries(lockfile.packages)
    .filter(([path, entry]) => path !== "" && !entry.optional && !entry.link)
    .filter(([path, entry]) => record.packages[path]?.version !== entry.version)
    .map(([path]) => path);
}

/** Whether the node_modules of a repository holds exactly what its lockfile says. */
export function isInstalled(root) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const read = (path) => JSON.parse(readFileSync(path, "utf8"));
  return missingPackages(read(join(root, "package-lock.json")), read(record)).length === 0;
}
