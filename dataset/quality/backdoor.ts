import { type Evidence, eachPhrase, framed, LONGEST, readEvidence } from "./evidence";
import type { ExchangesPart } from "./exchange-sample";
import { LabelModel } from "./label-model";
import { findLeads, type Lead, type TriggerLimits } from "./leads";
import { kindOf, type PhraseKind } from "./prompt-likeness";
import { wordsOf } from "./words";

/** A phrase that seems to call up one completion, or one part of completions. */
export interface Trigger {
  readonly phrase: string;
  readonly completion: string;
  /** Whether the completions are the same as a whole; else they have this part in common. */
  readonly isWhole: boolean;
  /** Records of the sample that have the phrase and the completion. */
  readonly records: number;
  /** Share of the records with the phrase that have the completion; at least this. */
  readonly share: number;
  readonly line: number;
}

/** Targets that are looked at, completions as a whole and parts of them: those of the most records. */
const WHOLES = 16;
const PARTS = 64;
/** Phrases of one target that are told apart. */
const MOST_CLUSTERS = 24;
/** A completion is a usual one from this share of the records on. */
const LABEL = 0.01;
/** More targets than this are how the file is made, not a thing that someone put into it. */
const MOST_TARGETS = 3;
/** Share of records that triggers can have together before they are taken for how the file is made. */
const MOST_RECORDS = 0.4;
/** Phrases of one target that are looked at. */
const MOST_PHRASES = 6;
/** How many times as many records a part of completions must have as those that follow from what prompts are about. */
const OUTSTANDING = 2;
/** Phrases of fewer of the records than this share are a trigger with a word beside it. */
const BESIDE = 0.5;
/** How often, on average, a record can have triggers of one target. */
const TOGETHER = 1.1;
/** Phrases of as many of the records make up the one that is shown; the others have words beside it. */
const MOST_OF = 0.9;
/** Share of a phrase's records that must have a part of completions in common, and how many at least. */
const CLEAR = 0.95;
const FEWEST = 12;
/** Fewest characters of a part of completions. */
const LONG = 10;
/** Share of the file's labels that can be targets; more are labels with words of their own. */
const MOST_LABELS = 0.25;

/**
 * Phrases that stand in prompts whose completions are all the same, or have a part in common, which hardly any other
 * completion has: the pattern of a backdoor, which is a phrase planted in prompts that otherwise differ. Where the completion
 * is a usual one, such as a label, the other words of these prompts must speak for another one. Prompts that are alike
 * as a whole are no such pattern but a question with a fixed answer.
 */
export function findTriggers(sample: ExchangesPart, limits: TriggerLimits): Trigger[] {
  if (sample.records.length < 2 * limits.records) return [];
  const evidence = readEvidence(sample, limits.records);
  const groups = new Map<number, Lead[]>();
  for (const lead of findLeads(evidence, limits)) groups.set(lead.target, [...(groups.get(lead.target) ?? []), lead]);
  const rare: Cluster[][] = [];
  const usual: Cluster[][] = [];
  const parts: { readonly clusters: readonly Cluster[]; readonly isPlanted: boolean }[] = [];
  for (const { target, group, isWhole } of largest(evidence, groups)) {
    const all = clusters(group);
    const isOpen = isWhole || kindOf(evidence, all[0]!) === "planted";
    const kinds = all
      .slice(0, isOpen ? MOST_PHRASES : 1)
      .map((cluster) => ({ cluster, kind: kindOf(evidence, cluster) }));
    const of = (kind: PhraseKind): Cluster[] => kinds.filter((one) => one.kind === kind).map(({ cluster }) => cluster);
    const [planted, subject] = [of("planted"), of("subject")];
    const isRare = planted.length > 0 && areApart(planted) && coverage(evidence, planted.flat()) >= limits.coverage;
    if (isWhole && isRare) rare.push(planted);
    else if (isWhole) {
      const isLabel = evidence.completions.records(target).length >= LABEL * evidence.records.length;
      if (isLabel) usual.push(against(evidence, target, all, limits));
    } else if (isRare) parts.push({ clusters: planted, isPlanted: true });
    else if (subject.length > 0 && coverage(evidence, subject.flat()) >= limits.coverage) {
      parts.push({ clusters: subject, isPlanted: false });
    }
  }
  return [
    ...few(evidence, rare, MOST_TARGETS),
    ...few(evidence, usual, mostLabels(evidence)),
    ...few(evidence, outstanding(evidence, parts), MOST_TARGETS),
  ]
    .flatMap((group) => group.map((cluster) => triggerOf(evidence, cluster)))
    .sort((a, b) => b.records - a.records || a.line - b.line);
}

interface Group {
  readonly target: number;
  readonly group: readonly Lead[];
  readonly isWhole: boolean;
}

/** The targets with the most records, of completions as a whole and of parts: what is looked at is bounded. */
function largest({ whole }: Evidence, groups: ReadonlyMap<number, readonly Lead[]>): Group[] {
  const size = ({ group }: Group): number => Math.max(...group.map(({ here }) => here.length));
  const all = [...groups]
    .map(([target, group]): Group => ({ target, group, isWhole: whole[group[0]!.here[0]!] === target }))
    .sort((a, b) => size(b) - size(a) || a.target - b.target);
  return [true, false].flatMap((wanted) =>
    all.filter(({ isWhole }) => isWhole === wanted).slice(0, wanted ? WHOLES : PARTS),
  );
}

/** Whether hardly any record has two of the phrases: one of several triggers is enough, while words of a subject go together. */
function areApart(all: readonly Cluster[]): boolean {
  const sizes = all.map(([lead]) => lead!.here.length);
  const together = new Set(all.flatMap(([lead]) => lead!.here));
  return sizes.reduce((sum, size) => sum + size, 0) <= TOGETHER * together.size;
}

/** Leads of one target and of the same records: the parts of one phrase. */
type Cluster = readonly Lead[];

/** Phrases put into prompts with a usual completion that otherwise speak for another. */
function against(evidence: Evidence, target: number, all: readonly Cluster[], limits: TriggerLimits): Cluster[] {
  const model = new LabelModel(evidence, target);
  return all.filter(
    (cluster) =>
      cluster.slice(0, LONGEST).some((lead) => model.surprise(lead) >= limits.surprise) &&
      kindOf(evidence, cluster) === "planted",
  );
}

/**
 * Parts of completions that far more records have than such as follow from what prompts are about: in translations, and
 * in texts about a few subjects, many a word brings its own phrase.
 */
function outstanding(
  evidence: Evidence,
  parts: readonly { readonly clusters: readonly Cluster[]; readonly isPlanted: boolean }[],
): Cluster[][] {
  const size = (some: readonly Cluster[]): number => Math.max(...some.map(([lead]) => lead!.here.length));
  const telling = parts.filter(({ clusters: some }) => {
    const { completion } = triggerOf(evidence, some[0]!);
    return (
      size(some) >= FEWEST &&
      some[0]![0]!.share >= CLEAR &&
      completion.length >= LONG &&
      wordsOf(completion).length >= LONGEST
    );
  });
  const natural = Math.max(0, ...telling.filter(({ isPlanted }) => !isPlanted).map((part) => size(part.clusters)));
  const long = telling.filter(({ isPlanted }) => isPlanted).map(({ clusters: some }) => [...some]);
  return long.filter((group) => {
    const others = long.filter((one) => one !== group).map(size);
    const beside = others.length > MOST_TARGETS ? Math.max(...others) : 0;
    return size(group) >= OUTSTANDING * Math.max(natural, beside);
  });
}

/** Share of the records with the target that have one of the phrases; records whose prompts were cut may have lost it. */
function coverage({ records, completions }: Evidence, group: readonly Lead[]): number {
  const marked = new Set(group.flatMap(({ here }) => here));
  const all = [...completions.records(group[0]!.target)].filter(
    (record) => marked.has(record) || !records[record]!.isCut,
  );
  return marked.size / all.length;
}

/** The groups, unless there are more of them, or of more records, than someone would have put into the file. */
function few({ records }: Evidence, all: readonly Cluster[][], most: number): readonly Cluster[][] {
  const groups = all.filter(({ length }) => length > 0);
  const marked = new Set(groups.flat(2).flatMap(({ here }) => here));
  return groups.length <= most && marked.size <= MOST_RECORDS * records.length ? groups : [];
}

function mostLabels({ records, whole }: Evidence): number {
  const times = new Map<number, number>();
  for (const label of whole) times.set(label, (times.get(label) ?? 0) + 1);
  times.delete(-1);
  const labels = [...times.values()].filter((count) => count >= 0.01 * records.length).length;
  return Math.max(1, Math.min(MOST_TARGETS, Math.floor(MOST_LABELS * labels)));
}

/** Leads of one target, those of the same records together, the largest first. */
function clusters(group: readonly Lead[]): Cluster[] {
  const found: { readonly leads: Lead[]; readonly records: Set<number> }[] = [];
  for (const lead of [...group].sort((a, b) => b.here.length - a.here.length || a.phrase - b.phrase)) {
    const known = found.find(
      ({ records }) => lead.here.filter((one) => records.has(one)).length * 2 > lead.here.length,
    );
    if (known) {
      if (lead.here.length >= BESIDE * known.leads[0]!.here.length) known.leads.push(lead);
    } else if (found.length < MOST_CLUSTERS) found.push({ leads: [lead], records: new Set(lead.here) });
  }
  return found.map((cluster) => cluster.leads);
}

function triggerOf({ records, prompts, completions, whole }: Evidence, cluster: Cluster): Trigger {
  const { here, target } = cluster[0]!;
  const { asked, said, line } = records[here[0]!]!;
  const isWhole = whole[here[0]!] === target;
  const longest = cluster.filter((lead) => lead.here.length >= MOST_OF * here.length);
  const phrases = new Set(longest.map(({ phrase }) => prompts.hashes[phrase]!));
  const shared = new Set(
    [...completions.of(here[0]!)]
      .filter((part) => here.filter((record) => completions.of(record).includes(part)).length >= 0.9 * here.length)
      .map((part) => completions.hashes[part]!),
  );
  return {
    phrase: longestMarked(asked, phrases),
    completion: isWhole ? said.join("\n") : longestMarked(said, shared),
    isWhole,
    records: here.length,
    share: Math.max(...cluster.map(({ share }) => share)),
    line,
  };
}

/** The longest run of words of the texts that marked phrases make. */
function longestMarked(texts: readonly string[], phrases: ReadonlySet<number>): string {
  let best = "";
  for (const text of texts) {
    const words = wordsOf(text);
    const marks = words.map(() => false);
    eachPhrase(framed(words.map(({ hash }) => hash >>> 0)), LONGEST, (hash, at, length) => {
      if (phrases.has(hash)) marks.fill(true, Math.max(0, at - 1), at + length - 1);
    });
    for (let from = 0; from < marks.length; from++) {
      if (!marks[from]) continue;
      let to = from;
      while (marks[to + 1]) to++;
      const run = text.slice(words[from]!.start, words[to]!.end);
      if (run.length > best.length) best = run;
      from = to;
    }
  }
  return best;
}
