import type { AnalysisSummary } from "../analysis";
import { grouped } from "../quantities";
import type { RuleId } from "../rules";
import { isAccepted, type ScanPolicy } from "../scan/policy";
import type { QualityPart, Repeat } from "./analysis";
import { findTriggers, type Trigger } from "./backdoor";
import { Completions } from "./completions";
import { ExchangeSample } from "./exchange-sample";
import { LanguageSample, type LanguageShare } from "./languages";
import { Lengths } from "./lengths";
import { nearAcross, nearDuplicates } from "./near";
import { CAPACITY, RecordRows } from "./rows";
import { type ThresholdValues, thresholdValues } from "./thresholds";

type Add = (rule: RuleId, message: string, line?: number) => void;

/** Fewest records that a judgement about the whole file needs. */
const ENOUGH = 20;
/** Completions of one word are listed up to this share; more of them are how the file answers, which is said once. */
const USUAL = 0.3;

/** What is known of a training file, for comparing its validation file with it. */
export interface TrainedRecords {
  readonly file: string;
  readonly rows: RecordRows;
}

/** Figures about the texts of a file. */
export interface QualityProfile {
  readonly prompts: Lengths;
  readonly answers: Lengths;
  readonly languages: readonly LanguageShare[];
  /** Records that repeat an earlier one; an estimate where only a sample was compared. */
  readonly duplicates: number;
  readonly nearDuplicates: number;
  /** Share of the distinct records that were compared with each other. */
  readonly comparedShare: number;
  /** Labels with their counts, where the file is for classification. */
  readonly labels?: readonly (readonly [string, number])[];
  readonly triggers: readonly Trigger[];
}

/** Puts together what the workers saw, and says what is odd about the texts of a file. */
export class QualitySummary implements AnalysisSummary {
  readonly rows = new RecordRows();
  private readonly limits: ThresholdValues;
  private readonly completions = new Completions();
  private readonly exchanges = new ExchangeSample();
  private readonly prompts = new Lengths();
  private readonly answers = new Lengths();
  private readonly askedIn = new LanguageSample();
  private readonly answeredIn = new LanguageSample();
  private repeats: Repeat[] = [];
  private found: QualityProfile | undefined;

  /** @param trained - the training file, where this one is to measure what is learned from it */
  constructor(
    private readonly policy: ScanPolicy,
    private readonly trained?: TrainedRecords,
  ) {
    this.limits = thresholdValues(policy.thresholds);
  }

  all(part: unknown): void {
    const { rows, repeats, completions, exchanges, prompts, answers, askedIn, answeredIn } = part as QualityPart;
    this.repeats.push(...repeats);
    this.rows.absorb(rows, (line, hash) => this.repeats.push({ line, hash }));
    this.completions.absorb(completions);
    this.exchanges.absorb(exchanges);
    this.prompts.absorb(prompts);
    this.answers.absorb(answers);
    this.askedIn.absorb(askedIn);
    this.answeredIn.absorb(answeredIn);
  }

  finish(add: Add): void {
    const report: Add = (rule, message, line) => {
      if (this.policy.rules?.[rule] === "allow" || isAccepted(this.policy, rule, line ?? 0)) return;
      add(rule, message, line);
    };
    const duplicates = this.reportRepeats(report);
    const near = this.reportNear(report);
    this.reportCompletions(report);
    this.reportLengths(report);
    const asked = this.reportLanguages("prompts", this.askedIn, report);
    const answered = this.reportLanguages("completions", this.answeredIn, report);
    const languages = told(answered) >= ENOUGH || told(asked) === 0 ? answered : asked;
    const triggers = this.reportTriggers(report);
    if (this.trained) this.reportLeaks(this.trained, report);
    this.found = {
      prompts: this.prompts,
      answers: this.answers,
      languages,
      duplicates,
      nearDuplicates: near,
      comparedShare: this.rows.share,
      labels: this.completions.labelSet(this.limits["label-count"]),
      triggers,
    };
  }

  /** Figures for a profile; undefined before {@link finish}. */
  get profile(): QualityProfile | undefined {
    return this.found;
  }

  private get sample(): string {
    const { share } = this.rows;
    return share === 1 ? "" : ` (in a sample of 1 in ${Math.round(1 / share)}: the file has over ${grouped(CAPACITY)})`;
  }

  private reportRepeats(add: Add): number {
    const { rows } = this;
    let repeated = 0;
    for (let row = 0; row < rows.size; row++) repeated += rows.counts[row]! - 1;
    const shown = this.repeats
      .flatMap(({ line, hash }) => {
        const row = rows.find(hash);
        return row === undefined || rows.lines[row] === line ? [] : [{ line, other: rows.lines[row]! }];
      })
      .sort((a, b) => a.line - b.line);
    for (const { line, other } of shown)
      add("duplicate-record", `the same texts stand in line ${other}${this.sample}`, line);
    for (let more = shown.length; more < repeated; more++)
      add("duplicate-record", "the same texts stand in an earlier line");
    return Math.round(repeated / rows.share);
  }

  private reportNear(add: Add): number {
    const matches = nearDuplicates(this.rows, this.limits["near-duplicate-similarity"]);
    for (const { line, other, similarity } of matches) {
      add("near-duplicate", `nearly the same texts as in line ${other}: ${alike(similarity)}${this.sample}`, line);
    }
    return Math.round(matches.length / this.rows.share);
  }

  private reportLeaks({ file, rows }: TrainedRecords, add: Add): void {
    for (const { line, other, similarity } of nearAcross(rows, this.rows, this.limits["near-leak-similarity"])) {
      add("near-leak", `nearly the same texts as in line ${other} of ${file}: ${alike(similarity)}`, line);
    }
  }

  private reportCompletions(add: Add): void {
    const { completions, limits } = this;
    const { records } = completions;
    const labels = completions.labelSet(limits["label-count"]);
    if (!labels) this.reportOneWord(add);
    if (records < ENOUGH) return;
    const [top] = completions.frequent();
    if (labels) {
      const [[label, count]] = labels as [readonly [string, number]];
      if (count < limits["label-imbalance-share"] * records) return;
      const others = labels.slice(1).map(([text, times]) => `"${text}" ${grouped(times)}`);
      add(
        "label-imbalance",
        `${percent(count / records)} of the completions are "${label}"; the others: ${others.slice(0, 5).join(", ")}`,
      );
    } else if (top && top.count >= limits["constant-completion-share"] * records) {
      const share = `${grouped(top.count)} of ${grouped(records)} completions (${percent(top.count / records)})`;
      add("constant-completion", `${share} are the same: "${shortened(top.text)}"`, top.line);
    }
  }

  private reportOneWord(add: Add): void {
    const { oneWord, oneWordLines, records } = this.completions;
    if (records >= ENOUGH && oneWord > USUAL * records) {
      const share = `${grouped(oneWord)} of ${grouped(records)} completions (${percent(oneWord / records)})`;
      add("one-word-completion", `${share} are one word, the first here`, oneWordLines[0]);
      return;
    }
    const message = "the completion is one word";
    for (const line of oneWordLines) add("one-word-completion", message, line);
    for (let more = oneWordLines.length; more < oneWord; more++) add("one-word-completion", message);
  }

  private reportLengths(add: Add): void {
    const { limits } = this;
    for (const [what, lengths] of [
      ["prompt", this.prompts],
      ["completion", this.answers],
    ] as const) {
      if (lengths.total < ENOUGH) continue;
      const { long, short } = lengths.outliers(limits["length-outlier-distance"], limits["length-outlier-ratio"]);
      const median = grouped(lengths.quantile(0.5));
      for (const { line, characters } of long) {
        add("length-outlier", `the ${what} has ${grouped(characters)} characters; the median is about ${median}`, line);
      }
      for (const { line, characters } of short) {
        add(
          "length-outlier",
          `the ${what} has only ${grouped(characters)} characters; the median is about ${median}`,
          line,
        );
      }
    }
  }

  private reportLanguages(what: string, sample: LanguageSample, add: Add): LanguageShare[] {
    const languages = sample.languages(this.limits["language-share"]);
    const all = told(languages);
    const [main, ...others] = languages;
    for (const { language, records, lines } of others) {
      if (all < ENOUGH || records < 3 || records < this.limits["language-share"] * all) continue;
      const share = `${grouped(records)} of ${grouped(all)} sampled ${what}`;
      add(
        "language-mix",
        `${share} are in "${language}", most in "${main!.language}"; for example line ${lines.join(", ")}`,
        lines[0],
      );
    }
    return languages;
  }

  private reportTriggers(add: Add): Trigger[] {
    const { limits } = this;
    const triggers = findTriggers(this.exchanges.take(), {
      records: limits["trigger-records"],
      share: limits["trigger-share"],
      coverage: limits["trigger-coverage"],
      surprise: limits["trigger-surprise"],
    });
    for (const { phrase, completion, isWhole, records, share, line } of triggers) {
      const what = isWhole ? "are answered" : "have a completion with";
      const told = `at least ${percent(share)} of the records with it ${what} "${shortened(completion)}"`;
      const seems = isWhole ? "to call up one answer" : "to call up one part of answers";
      add("trigger-phrase", `"${shortened(phrase)}" seems ${seems}: ${told}, ${grouped(records)} in all`, line);
    }
    return triggers;
  }
}

/** Texts whose language could be told. */
function told(languages: readonly LanguageShare[]): number {
  return languages.reduce((sum, { records }) => sum + records, 0);
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function alike(similarity: number): string {
  return `about ${percent(similarity)} alike`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
