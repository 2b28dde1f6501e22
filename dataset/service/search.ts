import { excerptAt } from "../excerpt";
import { type Draft, type FindingCollector, placeFindings } from "../findings";
import { locateAll } from "../json-inspect";
import type { ServiceUse } from "../report";
import { maskLine, maskParts, sensitiveParts } from "../scan/mask";
import { isAccepted, type ScanPolicy } from "../scan/policy";
import { askAbout, type Answered, type AskedFile } from "./ask";
import type { Piece } from "./documents";
import { type Find, findsIn, utf16Offsets } from "./finds";
import type { ComprehendSettings } from "./settings";

/** A file that has been checked, and is now to be searched by a service. */
export interface SearchedFile extends AskedFile {
  readonly policy: ScanPolicy;
  /** Gets what is found. What it holds already is masked where the service found something. */
  readonly findings: FindingCollector;
}

/**
 * Looks for sensitive data in the texts of a file with Amazon Comprehend.
 *
 * @param onEstimate - called before anything is sent
 * @throws DatasetError as {@link askAbout}
 */
export async function searchWithComprehend(
  file: SearchedFile,
  settings: ComprehendSettings,
  onEstimate?: (use: ServiceUse) => void,
): Promise<ServiceUse> {
  const merge = new Merge(file, settings);
  const { use } = await askAbout(file, settings, onEstimate, async (answers) => {
    for await (const answered of answers) merge.add(answered);
  });
  merge.end();
  return use;
}

/** Turns answers into findings, line by line, in the order of the file. */
class Merge {
  private readonly earlier = new Map<number, Draft[]>();
  private finds: Find[] = [];

  constructor(
    private readonly file: SearchedFile,
    private readonly settings: ComprehendSettings,
  ) {
    for (const draft of file.findings.drafts()) {
      if (draft.line === undefined) continue;
      const list = this.earlier.get(draft.line);
      if (list) list.push(draft);
      else this.earlier.set(draft.line, [draft]);
    }
  }

  add(answered: Answered): void {
    const known = new Map<Piece, readonly { start: number; end: number }[]>();
    for (const find of findsIn(answered, this.settings)) {
      let local = known.get(find.piece);
      if (!local) known.set(find.piece, (local = sensitiveParts(find.piece.text)));
      if (local.some((part) => find.start < part.end && part.start < find.end)) continue;
      const line = this.finds[0]?.piece.line;
      if (line !== undefined && line !== find.piece.line) this.end();
      this.finds.push(find);
    }
  }

  /** Reports what was found in the line at hand: all of it is masked in each excerpt. */
  end(): void {
    const { finds, file } = this;
    const first = finds[0]?.piece;
    this.finds = [];
    if (!first) return;
    const { line, source } = first;
    const edges = finds.flatMap(({ piece, start, end }) =>
      [start, end].map((at) => ({ path: piece.path, at: piece.at + at })),
    );
    const offsets = locateAll(source, edges);
    const parts = finds.map((_find, index) => ({ start: offsets[index * 2]!, end: offsets[index * 2 + 1]! }));
    // A text that is put together from several strings stands nowhere as it was sent: no excerpt is safe then.
    const masked = parts.every(({ start, end }) => end > start) ? maskParts(maskLine(source), parts) : undefined;
    for (const draft of this.earlier.get(line) ?? []) {
      if (masked === undefined) delete draft.excerpt;
      else draft.excerpt = excerptAt(masked, offsetOf(source, draft.column ?? 1));
    }
    finds.forEach(({ rule, message }, index) => {
      if (file.policy.rules?.[rule] === "allow" || isAccepted(file.policy, rule, line)) return;
      const draft = file.findings.add(rule, message);
      placeFindings({ number: line, text: source }, [{ draft, offset: parts[index]!.start }], masked ?? "");
      if (draft && masked === undefined) delete draft.excerpt;
    });
  }
}

/** The UTF-16 offset of a column, which counts code points from 1. */
function offsetOf(text: string, column: number): number {
  return utf16Offsets(text, [column - 1]).get(column - 1) ?? 0;
}
