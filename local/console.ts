import { stdout } from "node:process";

const colors = stdout.isTTY === true && process.env.NO_COLOR === undefined;

function paint(code: string): (text: string) => string {
  return (text) => (colors ? `\u001B[${code}m${text}\u001B[0m` : text);
}

export const bold = paint("1");
export const dim = paint("2");
export const green = paint("32");
export const red = paint("31");
export const yellow = paint("33");

/** Prints the title of a step. */
export function step(title: string): void {
  console.log(`\n${bold(`▸ ${title}`)}`);
}

/** Prints one line below a step. */
export function say(text: string): void {
  console.log(`  ${text}`);
}

/** Seconds with one decimal, minutes from two minutes on. */
export function duration(milliseconds: number): string {
  if (milliseconds < 120_000) {
    return `${(milliseconds / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
