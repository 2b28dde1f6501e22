import { entropy } from "./checksums";
import type { Detector } from "./detector";
import { hexShapes, mixedShapes, tokenShapes } from "./token-shapes";
import { list } from "./wording";

/** What stands where somebody is to put a secret, and what is made up to be read. */
export const placeholder =
  /example|placeholder|change-?_?me|your|dummy|sample|redacted|x{4}|\*{3}|^[<${[(]|1234567|abcdefg/i;

/** Whether a token looks drawn at random, as those that are issued are. */
export const isRandom = (text: string): boolean => entropy(text) > 3 && !placeholder.test(text);

function isJwt(text: string): boolean {
  const header = Buffer.from(text.slice(0, text.indexOf(".")), "base64url").toString("utf8");
  return header.startsWith("{") && header.includes('"alg"');
}

/** Text of eighteen digits in base64, a dot and a time: how the tokens of Discord's bots begin. */
const isDiscordToken = (text: string): boolean =>
  /^\d{17,20}$/.test(Buffer.from(text.slice(0, text.indexOf(".")), "base64url").toString("latin1"));

/** Any word that a token has; one group for all, since groups are few and tokens are rare. */
const words = [
  [
    ...list("gho_|ghp_|ghr_|ghs_|ghu_|github_pat_|xox|xapp-|hooks.slack.com|/api/webhooks/|webhook.office.com|.eyj"),
    ...tokenShapes.flatMap((one) => one.words),
  ],
];

/** Access tokens of services. */
export const tokens: readonly Detector[] = [
  {
    rule: "secret-token",
    message: "a GitHub token",
    words,
    pattern: /\b(?:gh[oprsu]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})\b/g,
  },
  {
    rule: "secret-token",
    message: "a Slack token or webhook",
    words,
    pattern:
      /\bxox(?:[abdeoprs]|e\.xox[bp])-[A-Za-z0-9%-]{10,250}|\bxapp-\d-[A-Za-z0-9-]{20,250}|hooks\.slack\.com\/(?:services\/T\w{6,20}\/B\w{6,20}\/\w{16,40}|(?:workflows|triggers)\/[TE]\w{6,20}\/\w{6,24}\/[\w/]{16,60})/g,
  },
  {
    rule: "secret-token",
    message: "a Discord webhook",
    words,
    pattern: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/[\w-]{60,80}/g,
  },
  {
    rule: "secret-token",
    message: "a webhook of Microsoft Teams",
    words,
    pattern: /\bwebhook\.office\.com\/webhookb2\/[\w-]{36}@[\w-]{36}\/IncomingWebhook\/[\w/-]{32,120}/gi,
  },
  {
    rule: "secret-token",
    message: "a token of a Discord bot",
    run: "dotted",
    // From the dots on: from the letters on, each of a long word would be the start of another try.
    probe: /\.[\w-]{6}\.(?<=[A-Z0-9]{24}\.[\w-]{6}\.)/i,
    pattern: /(?<![\w-])[MNO][A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g,
    accept: isDiscordToken,
  },
  {
    rule: "secret-token",
    message: "an API key of a known service",
    words,
    pattern: new RegExp(`(?<![\\w.-])(?:${tokenShapes.map(({ shape }) => shape).join("|")})(?![\\w-])`, "g"),
    accept: isRandom,
  },
  {
    rule: "secret-token",
    message: "an API key of a known service",
    run: "hex",
    pattern: new RegExp(`(?<![\\w-])(?:${hexShapes.join("|")})(?![\\w-])`, "g"),
    accept: isRandom,
  },
  {
    rule: "secret-token",
    message: "an API key of a known service",
    words: [["0|", ...list("re_|cio|aaaaaaaa|eaa|pk_0|00d|dg9r|tk-us-|ion_|aqe")]],
    run: "mixed",
    pattern: new RegExp(`(?<![\\w-])(?:${mixedShapes.join("|")})(?![\\w-])`, "g"),
    accept: isRandom,
  },
  {
    rule: "secret-token",
    message: "a JSON Web Token",
    words,
    pattern: /(?<![\w-])eyJ[\w-]{8,2048}\.eyJ[\w-]{4,8192}\.[\w-]{10,2048}/g,
    accept: isJwt,
  },
];
