/** Audit: the trail records who reads and writes the data of jobs. */
import { customizationOf } from "./customization";
import type { PolicyRule } from "./model";
import { s3Location } from "./s3-uri";
import { stackIn, type StackView } from "./stack";
import { findUnknown, isRecord, Unjudgeable, type Reader, type Subject } from "./subject";
import { MODEL_JOBS, TRAILS } from "./tokens";

const OBJECTS = "AWS::S3::Object";

const dataEvents: PolicyRule = {
  id: "trail-records-data-events",
  family: "audit",
  severity: "medium",
  level: "advisory",
  title: "A trail records reading and writing of the buckets that jobs use",
  threat: "Without data events nobody can tell who took the training data, or who changed it.",
  remediation: {
    text: "Add a selector for S3 objects of the buckets.",
    code: `new aws.cloudtrail.Trail("audit", { advancedEventSelectors: [{ fieldSelectors: [
  { field: "eventCategory", equals: ["Data"] }, { field: "resources.type", equals: ["AWS::S3::Object"] },
  { field: "resources.ARN", startsWiths: [\`arn:aws:s3:::\${training}/\`, \`arn:aws:s3:::\${output}/\`] }] }], /* … */ });`,
  },
  frameworks: { "NIST 800-53": ["AU-2", "AU-12"], "SOC 2": ["CC7.2"], "EU AI Act": ["Art. 12"], GDPR: ["Art. 33"] },
  replaces: ["AWS-0171", "AWS-0172", "cloudtrail_s3_dataevents_read_enabled", "cloudtrail_s3_dataevents_write_enabled"],
  appliesTo: TRAILS,
  phase: "stack",
  onlyWithBedrock: true,
  *judge(trail, context) {
    const selections = [...classic(trail), ...advanced(trail)];
    const missing = jobBuckets(stackIn(context.stack)).filter((bucket) => {
      const covering = selections.filter(({ prefixes }) =>
        prefixes.some((prefix) => `arn:aws:s3:::${bucket}/`.startsWith(prefix.replace(/^arn:aws[a-z-]*:/, "arn:aws:"))),
      );
      return !(["read", "write"] as const).every((way) => covering.some((selection) => selection[way]));
    });
    const open = ["eventSelectors", "advancedEventSelectors"].flatMap(
      (name) => findUnknown(trail.raw.property(name), name) ?? [],
    );
    if (missing.length > 0 && open.length > 0) throw new Unjudgeable(`${open.join(", ")} is not known yet`);
    if (missing.length > 0) yield `Reading and writing of ${missing.join(", ")} is not recorded.`;
  },
};

/** The policies on data events. */
export const dataEventRules: readonly PolicyRule[] = [dataEvents];

/** What one selector records. */
interface Selection {
  /** Beginnings of the ARNs of objects. */
  readonly prefixes: readonly string[];
  readonly read: boolean;
  readonly write: boolean;
}

function jobBuckets(stack: StackView): string[] {
  const uris = stack.ofTypes(MODEL_JOBS).flatMap((job) => {
    const { training, validation, output } = customizationOf(job);
    return [training, ...validation, output];
  });
  return [...new Set(uris.flatMap((uri) => s3Location(uri)?.bucket ?? []))];
}

function classic(trail: Subject): Selection[] {
  return listed(trail, "eventSelectors").flatMap((selector) => {
    const way = selector.at("readWriteType").string() ?? "All";
    const resources = selector.at("dataResources").list();
    const objects = resources.filter((resource) => resource.at("type").string() === OBJECTS);
    const prefixes = objects.flatMap((resource) => known(resource.at("values")));
    return { prefixes, read: way !== "WriteOnly", write: way !== "ReadOnly" };
  });
}

function advanced(trail: Subject): Selection[] {
  return listed(trail, "advancedEventSelectors").flatMap((selector) => {
    const fields = selector.at("fieldSelectors").list();
    const field = (name: string) => fields.find((candidate) => candidate.at("field").string() === name);
    const of = (name: string, way: "equals" | "startsWiths") => known(field(name)?.at(way) ?? selector.at("absent"));
    if (!of("resources.type", "equals").includes(OBJECTS)) return [];
    const arn = field("resources.ARN");
    const prefixes =
      arn === undefined ? ["arn:aws:s3:::"] : [...of("resources.ARN", "startsWiths"), ...of("resources.ARN", "equals")];
    const [readOnly] = of("readOnly", "equals");
    return { prefixes, read: readOnly !== "false", write: readOnly !== "true" };
  });
}

/** The texts of a list that are known. */
function known(list: Reader): string[] {
  return list.isUnknown
    ? []
    : list.list().flatMap((entry) => (entry.isUnknown || isRecord(entry.value) ? [] : (entry.string() ?? [])));
}

function listed(trail: Subject, property: string): Reader[] {
  const list = trail.at(property);
  return list.isUnknown ? [] : list.list().filter((entry) => !entry.isUnknown);
}
