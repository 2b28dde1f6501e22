import { CUT_OFF, cutOff } from "../support/cut-off";
import type { Scenario } from "./scenarios";
import type { Story } from "./story";

const group = "Network and credentials";

const url = (story: Story): string => story.bench.simulator.url;

/** What goes wrong on the side of whoever runs the command: at the start, in the wait, at the end. */
export const CUT_OFF_SCENARIOS: readonly Scenario[] = CUT_OFF.flatMap((way): Scenario[] => {
  let connect = (): void => undefined;
  const arrange = (story: Story): void => void (connect = cutOff(way, url(story)));
  const then: Scenario["then"] = { does: "mends that, then repeats the command", act: () => connect() };
  return [
    { group, fault: `${way.shown} at the start`, during: "up", arrange, then, reads: way.reads },
    {
      group,
      fault: `${way.shown} for a while in the wait`,
      during: "up",
      arrange: (story) =>
        story.inTheWait(() => {
          arrange(story);
          story.inTheWait(() => connect());
        }),
    },
    { group, fault: `${way.shown} at the destroy`, during: "destroy", arrange, then, reads: way.reads },
  ];
});
