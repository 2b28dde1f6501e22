import type { JsonPath } from "../json-inspect";
import type { ForbiddenWords, Speaker } from "./conversation-rules";
import type { ReportFinding } from "./format";

/** Reports the first occurrence of every forbidden word in a text. */
export function reportForbiddenWords(
  text: string,
  speaker: Speaker,
  forbidden: readonly ForbiddenWords[],
  path: JsonPath,
  report: ReportFinding,
): void {
  for (const { rule, words, speakers } of forbidden) {
    if (!speakers.includes(speaker)) continue;
    for (const word of words) {
      const at = text.indexOf(word);
      if (at >= 0) report(rule, `"${word}" must not stand in ${speaker} text`, { path, at });
    }
  }
}
