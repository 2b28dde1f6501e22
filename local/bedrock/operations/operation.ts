/**
 * What an operation is to the server: a function from a checked request to an answer.
 */
import { type Identity } from "../emulator";
import { type RegionContext } from "../service";

/** Answer of an operation: a JSON body, or raw bytes for InvokeModel. */
export interface Answer {
  status: number;
  body: object;
}

/** An operation; `request` holds path, query and body members, checked against `shapes.ts`. */
export type Operation<Request> = (
  context: RegionContext,
  request: Request,
  caller: Identity,
) => Promise<Answer> | Answer;

/** A 200 answer. */
export const ok = (body: object = {}): Answer => ({ status: 200, body });
