import { findIds, type Clients } from "./find";
import { adopted, pendingCreates, placeOf } from "./pending";

/**
 * Looks for what was ordered and never answered, because the engine was killed.
 *
 * @param text what `pulumi stack export` prints
 * @returns the state that speaks of it, for `pulumi stack import`; undefined when nothing is pending. A refresh after the import
 * takes out what does not exist after all
 * @throws what AWS answers
 */
export async function recovered(text: string, clients: Clients): Promise<string | undefined> {
  const pending = pendingCreates(text);
  if (pending.length === 0) return undefined;
  return adopted(text, await findIds(pending, clients, placeOf(text)));
}
