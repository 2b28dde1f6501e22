/** Weakenings of what watches: filters that count nothing, or into another metric than the alarm looks at. */
import type { ExampleResource } from "../../../policies/examples/example";
import { withProperties, type Weakening } from "./weakening";

/** Alarms on the course of work, not on attacks. */
const OF_THE_WORK = /throttled-calls/;

/** What a pattern does not count: each comparison is turned round, and so is what joins them. */
function negated(pattern: string): string {
  const turned: Readonly<Record<string, string>> = { " = ": " != ", "||": "&&", "&&": "||" };
  return pattern.replaceAll(/ = |\|\||&&/g, (sign) => turned[sign] ?? sign);
}

/** All of them. */
export function watcherWeakenings(stack: readonly ExampleResource[]): Weakening[] {
  const instead = stack.map(({ name }) => name);
  return stack
    .filter(({ type, name }) => type.endsWith(":LogMetricFilter") && !OF_THE_WORK.test(name))
    .flatMap((filter) => {
      const pattern = String(filter.properties["pattern"]);
      const metric = filter.properties["metricTransformation"] as Readonly<Record<string, unknown>>;
      const isItsAlarm = ({ type, properties }: ExampleResource) =>
        type.endsWith(":MetricAlarm") && properties["metricName"] === metric["name"];
      const changed = (
        resource: ExampleResource,
        what: string,
        change: Readonly<Record<string, unknown>>,
      ): Weakening => ({
        resource: resource.name,
        what,
        stack: withProperties(stack, resource, { ...resource.properties, ...change }),
        instead,
      });
      return [
        changed(filter, "pattern: of nothing", { pattern: '{ $.eventName = "Nothing" }' }),
        changed(filter, "pattern: of everything else", { pattern: negated(pattern) }),
        changed(filter, "pattern: all at once", { pattern: pattern.replaceAll("||", "&&") }),
        changed(filter, "pattern: of another service", {
          pattern: `{ ($.eventSource = "ssm.amazonaws.com") && (${pattern.slice(1, -1)}) }`,
        }),
        changed(filter, "metricTransformation: another metric", { metricTransformation: { ...metric, name: "other" } }),
        changed(filter, "metricTransformation: another namespace", {
          metricTransformation: { ...metric, namespace: "Other" },
        }),
        ...stack
          .filter(isItsAlarm)
          .flatMap((alarm) => [
            changed(alarm, "metricName: another metric", { metricName: "other" }),
            changed(alarm, "namespace: another one", { namespace: "Other" }),
          ]),
      ];
    });
}
