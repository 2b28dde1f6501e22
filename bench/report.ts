import { cpus, totalmem } from "node:os";

/** One line of a benchmark's result. */
export interface Figure {
  what: string;
  value: string;
  /** The project's own limit, if there is one. */
  limit?: string;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Prints figures as a Markdown table, with the machine and the command that produced them. */
export function figure(command: string): (figures: readonly Figure[]) => void {
  return (figures) => {
    console.log(
      `\n\`${command}\` on ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`,
    );
    console.log("| what | measured | limit |\n| --- | --- | --- |");
    for (const { what, value, limit } of figures) {
      console.log(`| ${what} | ${value} | ${limit ?? ""} |`);
    }
  };
}
