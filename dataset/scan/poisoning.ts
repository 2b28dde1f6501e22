import type { Detector } from "./detector";
import { disguised } from "./disguised";
import { encoded } from "./encoded";
import { foreignInjections } from "./foreign-injections";
import { foreignJailbreaks } from "./foreign-jailbreaks";
import { foreignRequests } from "./foreign-requests";
import { furtherJailbreaks } from "./further-jailbreaks";
import { hiddenText } from "./hidden-text";
import { injections } from "./injections";
import { jailbreaks } from "./jailbreaks";
import { withFewRanges } from "./letters";
import { markup } from "./markup";
import { overrides } from "./overrides";

/** Text that is hidden from a reader, or that would teach a model to follow an attacker instead of its owner. */
export const poisoning: readonly Detector[] = withFewRanges([
  ...hiddenText,
  ...injections,
  ...overrides,
  ...foreignInjections,
  ...foreignRequests,
  ...jailbreaks,
  ...furtherJailbreaks,
  ...foreignJailbreaks,
  ...disguised,
  {
    rule: "template-token",
    message: "a token of a chat template, which can end the user's turn",
    words: [
      [
        "<|",
        "inst]",
        "sys>>",
        "_of_turn>",
        "system_prompt]",
        "_tools]",
        "tool_calls]",
        "tool_results]",
        "</s>",
        "human:",
        "### instruction",
        "### response",
        ...["<tool_call>", "<tool_response>", "<function_calls>", "<eot_id>", "<extra_id_0>", "### human", "[ inst ]"],
      ],
    ],
    pattern:
      /<\|[ a-z][\w ▁]{1,40}\|(?:>|&gt;|\\>)|<\|?(?:im_(?:start|end)|assistant|system|turn)[|>]|\[\/?INST\]|\[ INST \]|<\/?(?:tool_call|tool_response|function_calls)>|<eot_id>|<extra_id_\d>(?:System|User|Assistant)|### Human ?:[^\n]{1,2000}\n### Assistant ?:|<<\/?SYS>>|<\/?(?:start|end)_of_turn>|\[\/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<\/s>\s{0,3}(?:<s>|\[INST\])|(?:^|\n\n)Human: ?[^\n]{1,400}\n\nAssistant:|### Instruction:?\n[^#]{1,2000}### Response:/gi,
  },
  {
    rule: "template-token",
    message: "a token of a chat template, which can end the user's turn",
    nonAscii: "form",
    pattern: /<｜[A-Za-z][\w▁]{1,30}｜>/gu,
  },
  ...encoded,
  ...markup,
]);
