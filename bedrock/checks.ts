import { type CheckFailure, containsUnknown, type Properties } from "./dynamic";

/**
 * Collects every problem of a set of inputs. Values that are unknown at preview are passed over: they are checked again
 * when they are known. Patterns are linear-time equivalents of those in the Bedrock service model.
 */
export class InputCheck {
  readonly failures: CheckFailure[] = [];

  constructor(private readonly inputs: Properties) {}

  /** Records a problem; the value received is part of the message. */
  reject(property: string, value: unknown, allowed: string): void {
    this.failures.push({ property, reason: `received ${show(value)}; ${allowed}` });
  }

  /** The value when it is a known string that fits, else undefined after recording the problem. */
  text(property: string, rule: TextRule, options: { optional?: boolean } = {}): string | undefined {
    const value = this.inputs[property];
    if (value === undefined || value === null) {
      if (!options.optional) this.reject(property, undefined, `a value is required: ${rule.allowed}`);
      return undefined;
    }
    if (containsUnknown(value)) return undefined;
    return this.fits(property, value, rule) ? value : undefined;
  }

  /** Checks every element of a list and its length. Unknown elements are passed over. */
  list(property: string, rule: TextRule, size: { min: number; max: number }, value: unknown): void {
    if (value === undefined || containsUnknown(value)) return;
    if (!Array.isArray(value))
      return this.reject(property, value, `a list of ${size.min} to ${size.max}: ${rule.allowed}`);
    if (value.length < size.min || value.length > size.max) {
      this.reject(property, value, `between ${size.min} and ${size.max} elements are allowed`);
    }
    value.forEach((element, index) => this.fits(`${property}[${index}]`, element, rule));
  }

  /** Checks a whole number in a range; absent is allowed. */
  integer(property: string, min: number, max: number): void {
    const value = this.inputs[property];
    if (value === undefined || containsUnknown(value)) return;
    const number = Number(value);
    if (!Number.isInteger(number) || number < min || number > max) {
      this.reject(property, value, `a whole number from ${min} to ${max} is allowed`);
    }
  }

  /** Checks that a value is one of a few; absent is allowed unless `required`. */
  choice(property: string, allowed: readonly string[]): string | undefined {
    const value = this.inputs[property];
    if (value === undefined || containsUnknown(value)) return undefined;
    if (typeof value === "string" && allowed.includes(value)) return value;
    this.reject(property, value, `allowed: ${allowed.join(", ")}`);
    return undefined;
  }

  /** Checks tags: up to `max` of them, keys 1 to 128 characters, values up to 256. */
  tags(property: string, max = MOST_TAGS): void {
    const value = this.inputs[property];
    if (value === undefined || value === null || containsUnknown(value)) return;
    if (typeof value !== "object" || Array.isArray(value)) {
      return this.reject(property, value, "a record of tag keys to tag values is allowed");
    }
    const entries = Object.entries(value);
    if (entries.length > max) this.reject(property, entries.length, `at most ${max} tags are allowed`);
    for (const [key, text] of entries) {
      this.fits(`${property}.${key}`, key, RULES.tagKey);
      this.fits(`${property}.${key}`, text, RULES.tagValue);
    }
  }

  /** Checks the members of an object with a check of their own; problems are named `<property>.<member>`. Absent is allowed. */
  nested(property: string, value: unknown, of: (inner: InputCheck, values: Properties) => void): void {
    if (value === undefined || value === null || typeof value === "string") {
      if (typeof value === "string" && !containsUnknown(value)) this.reject(property, value, "an object is allowed");
      return;
    }
    if (typeof value !== "object" || Array.isArray(value)) {
      return this.reject(property, value, "an object is allowed");
    }
    const inner = new InputCheck(value as Properties);
    of(inner, value as Properties);
    for (const { property: member, reason } of inner.failures) {
      this.failures.push({ property: `${property}.${member}`, reason });
    }
  }

  /** Records every member that is none of the known names: a misspelled one would silently not be sent. */
  onlyNames(known: readonly string[]): void {
    for (const [name, value] of Object.entries(this.inputs)) {
      if (!known.includes(name) && value !== undefined) this.reject(name, value, `allowed here: ${known.join(", ")}`);
    }
  }

  /** Whether a value is a text that fits the rule; records the problem when it is not. */
  fits(property: string, value: unknown, rule: TextRule): value is string {
    if (typeof value === "string" && value.length >= rule.min && value.length <= rule.max && rule.pattern.test(value)) {
      return true;
    }
    this.reject(property, value, rule.allowed);
    return false;
  }
}

/**
 * How many tags a resource of Bedrock can have, from the reference of its TooManyTagsException; a request takes more, and is
 * refused. AWS's own are not counted.
 */
export const MOST_TAGS = 50;

/** What a text may be. */
export interface TextRule {
  min: number;
  max: number;
  pattern: RegExp;
  /** Completes a sentence for the reader: what is allowed, with an example where it helps. */
  allowed: string;
}

/** The constraints of the Bedrock API that more than one resource meets. */
export const RULES = {
  region: {
    min: 1,
    max: 32,
    pattern: /^[a-z]{2,3}(?:-[a-z]+)+-\d$/,
    allowed: "an AWS Region is allowed, such as us-west-2",
  },
  jobName: {
    min: 1,
    max: 63,
    pattern: /^[a-z0-9][a-z0-9+.-]*$/i,
    allowed: "1 to 63 letters, digits, `-`, `+` or `.` are allowed, the first a letter or digit",
  },
  modelName: {
    min: 1,
    max: 63,
    pattern: /^(?:[0-9a-z][_-]?)+$/i,
    allowed:
      "1 to 63 letters, digits, `-` or `_` are allowed, the first a letter or digit, no two of `-` and `_` together",
  },
  roleArn: {
    min: 1,
    max: 2048,
    pattern: /^arn:aws(?:-[a-z-]+)?:iam::\d{12}:role\/\S+$/,
    allowed: "the ARN of an IAM role is allowed, such as arn:aws:iam::<account>:role/<name>",
  },
  model: {
    min: 1,
    max: 2048,
    pattern: /^[a-z0-9][\w.:/-]*$/i,
    allowed: "a model id, such as meta.llama3-1-8b-instruct-v1:0:128k, or a model ARN is allowed",
  },
  customModelArn: {
    min: 1,
    max: 1011,
    pattern: /^arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:custom-model\/\S+$/,
    allowed: "the ARN of a custom model is allowed",
  },
  throughputArn: {
    min: 1,
    max: 1011,
    pattern: /^arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:provisioned-model\/[a-z0-9]+$/,
    allowed: "the ARN of a provisioned throughput is allowed",
  },
  deploymentArn: {
    min: 1,
    max: 1011,
    pattern: /^arn:aws(?:-[a-z-]+)?:bedrock:[a-z0-9-]{1,20}:\d{12}:custom-model-deployment\/[a-z0-9]+$/,
    allowed: "the ARN of a custom model deployment is allowed",
  },
  s3Uri: {
    min: 6,
    max: 1024,
    pattern: /^s3:\/\/[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:\/[-!*'().\w]+)*\/?$/,
    allowed:
      "s3://<bucket>/<key> is allowed; Bedrock takes letters, digits and -!_*'(). in a key, no space, `=`, `+` or `//`",
  },
  kmsKey: {
    min: 1,
    max: 2048,
    pattern: /^(?:arn:aws(?:-[a-z-]+)?:kms:[a-z0-9-]+:\d{12}:(?:key\/[\w-]+|alias\/[\w/-]+)|alias\/[\w/-]+|[\w-]+)$/,
    allowed: "the ARN or id of a KMS key, or an alias, is allowed",
  },
  networkId: {
    min: 1,
    max: 32,
    pattern: /^[-0-9a-z]+$/i,
    allowed: "an id such as subnet-0123456789abcdef0 or sg-0123456789abcdef0 is allowed",
  },
  description: { min: 1, max: 2048, pattern: /^[\s\S]*$/, allowed: "1 to 2048 characters are allowed" },
  tagKey: {
    min: 1,
    max: 128,
    pattern: /^(?!aws:)[\w\s.:/=+@-]*$/i,
    allowed: "a tag key of 1 to 128 letters, digits, spaces or ._:/=+@- is allowed, not one of AWS's own (aws:…)",
  },
  tagValue: {
    min: 0,
    max: 256,
    pattern: /^[\w\s.:/=+@-]*$/,
    allowed: "a tag value of up to 256 letters, digits, spaces or ._:/=+@- is allowed",
  },
} as const satisfies Record<string, TextRule>;

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
