/**
 * Short ways to write a policy document. `Leaf` is the type of its strings: `string` where all is known,
 * `string | pulumi.Output<string>` in a program, so that one unknown leaf does not make the whole document unknown.
 */
import type { Document, StatementOf } from "./types";

/** A document of the current version with these statements. */
export function policy<Leaf = string>(...statements: StatementOf<Leaf>[]): Document<Leaf> {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement that allows. */
export function allow<Leaf = string>(statement: Omit<StatementOf<Leaf>, "Effect">): StatementOf<Leaf> {
  return withEffect("Allow", statement);
}

/** A statement that denies. */
export function deny<Leaf = string>(statement: Omit<StatementOf<Leaf>, "Effect">): StatementOf<Leaf> {
  return withEffect("Deny", statement);
}

// The Sid comes first, as in every example of AWS, so that a rendered document reads from its title.
function withEffect<Leaf>(
  effect: "Allow" | "Deny",
  { Sid, ...rest }: Omit<StatementOf<Leaf>, "Effect">,
): StatementOf<Leaf> {
  return { ...(Sid === undefined ? {} : { Sid }), Effect: effect, ...rest };
}
