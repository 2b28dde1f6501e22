/** Accounts that belong to AWS itself, and that a document may name for what they do. */
import type { Statement } from "../iam/types";
import { many } from "./documents";

/**
 * The accounts from which Elastic Load Balancing writes access logs in regions that were opened before August 2022.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
const LOAD_BALANCING: ReadonlySet<string> = new Set([
  "127311923021",
  "033677994240",
  "027434742980",
  "797873946194",
  "098369216593",
  "754344448648",
  "589379963580",
  "718504428378",
  "383597477331",
  "600734575887",
  "114774131450",
  "783225319266",
  "582318560864",
  "985666609251",
  "054676820928",
  "156460612806",
  "652711504416",
  "635631232127",
  "009996457667",
  "897822967062",
  "076674570225",
  "507241528517",
  "048591011584",
  "190560391635",
  "638102146993",
  "037604701340",
]);

/** Whether an account is one of AWS, to which a statement gives no more than its service needs: to write logs. */
export function isOfAws(account: string, statement: Statement): boolean {
  const actions = many(statement.Action).map((action) => action.toLowerCase());
  return LOAD_BALANCING.has(account) && actions.length > 0 && actions.every((action) => action === "s3:putobject");
}
