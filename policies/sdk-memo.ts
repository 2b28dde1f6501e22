/**
 * The SDK makes its view of every resource anew for every policy: of a stack, 56 policies × all resources. The policies
 * of this pack only read, so that one view serves them all. Remedies write; theirs is left alone. A version of the SDK
 * without the functions that are replaced here works as before, only slower.
 */
// The module itself: a namespace import is a view of it that cannot be written when the pack is bundled.
// eslint-disable-next-line @typescript-eslint/no-require-imports
import deserialize = require("@pulumi/policy/deserialize");
import { AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";

/** The properties of a resource as they came. */
interface Message {
  clearFieldsMap?(): void;
}

type Deserialize = (message: Message, wrapSecrets: boolean) => Record<string, unknown>;

/** Converts each message once. */
export function convertOnce(): void {
  const sdk = deserialize as { deserializeProperties?: Deserialize };
  const convert = sdk.deserializeProperties;
  if (typeof convert !== "function") return;
  const converted = new WeakMap<object, Record<string, unknown>>();
  sdk.deserializeProperties = (message, wrapSecrets) => {
    if (wrapSecrets) return convert(message, wrapSecrets);
    const known = converted.get(message);
    if (known !== undefined) return known;
    const properties = convert(message, wrapSecrets);
    converted.set(message, properties);
    // Nobody reads it again. Of a large stack the messages take more memory than what they are converted to.
    message.clearFieldsMap?.();
    return properties;
  };
}

/** The stack that the SDK is about to show to a policy. */
let shown: AnalyzeStackRequest | undefined;

const note = (request: AnalyzeStackRequest): void => {
  shown = request;
};

/** Notes which stack the SDK shows, so that {@link stackIsSeen} can take it away. */
export function showOnce(): void {
  const requests = AnalyzeStackRequest.prototype as Partial<AnalyzeStackRequest>;
  const resources = requests.getResourcesList;
  if (typeof resources !== "function" || typeof requests.clearResourcesList !== "function") return;
  requests.getResourcesList = function (this: AnalyzeStackRequest) {
    note(this);
    return resources.call(this);
  };
}

/**
 * Takes the resources out of the list that the SDK walks for each policy, once they are kept: the policies after that are
 * shown an empty stack and judge the one that was kept. Without {@link showOnce} nothing happens.
 */
export function stackIsSeen(): void {
  const request = shown;
  if (request === undefined) return;
  request.getResourcesList().length = 0;
  request.clearResourcesList();
  shown = undefined;
}
