import { entropy } from "./checksums";
import type { Detector } from "./detector";

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

/** How the tokens of a service are written, by what they begin with. */
interface TokenShape {
  /** What the expression begins with, in lower case. */
  readonly words: readonly string[];
  readonly shape: string;
}

/**
 * Tokens that say by their beginning what they are. From the formats that the services publish for secret scanning; lengths
 * have some room, since services lengthen them.
 */
const shapes: readonly TokenShape[] = [
  { words: ["aiza"], shape: "AIza[\\w-]{35}" },
  { words: ["gocspx-"], shape: "GOCSPX-[\\w-]{20,40}" },
  { words: ["ya29."], shape: "ya29\\.[\\w-]{20,250}" },
  { words: ["sk-"], shape: "sk-(?:[a-z]{2,10}\\d{0,2}-){0,3}[\\w-]{32,256}" },
  { words: ["gsk_"], shape: "gsk_[A-Za-z0-9]{40,64}" },
  { words: ["xai-"], shape: "xai-[A-Za-z0-9]{60,100}" },
  { words: ["pplx-"], shape: "pplx-[A-Za-z0-9]{40,64}" },
  { words: ["r8_"], shape: "r8_[A-Za-z0-9]{32,44}" },
  { words: ["hf_"], shape: "hf_[A-Za-z0-9]{30,40}" },
  { words: ["absk"], shape: "ABSK[A-Za-z0-9+/]{60,260}={0,2}" },
  { words: ["sk_live_", "rk_live_", "sk_test_", "rk_test_"], shape: "[rs]k_(?:live|test)_[A-Za-z0-9]{20,120}" },
  { words: ["whsec_"], shape: "whsec_[A-Za-z0-9+/]{24,64}={0,2}" },
  { words: ["sq0"], shape: "sq0(?:atp|csp)-[\\w-]{22,43}" },
  { words: ["eaaa"], shape: "EAAA[\\w-]{56,64}" },
  { words: ["shpat_", "shpss_", "shpca_", "shppa_"], shape: "shp(?:at|ss|ca|pa)_[\\da-fA-F]{32}" },
  {
    words: ["glpat-", "glrt-", "gldt-", "glptt-", "glft-", "glsoat-", "glcbt-", "glagent-"],
    shape: "gl(?:pat|rt|dt|ptt|ft|soat|cbt|agent)-[\\w.-]{20,64}",
  },
  { words: ["npm_"], shape: "npm_[A-Za-z0-9]{36}" },
  { words: ["pypi-"], shape: "pypi-[\\w-]{50,250}" },
  { words: ["rubygems_"], shape: "rubygems_[\\da-f]{48}" },
  { words: ["dckr_"], shape: "dckr_[a-z]{3}_[\\w-]{20,64}" },
  { words: ["dop_v1_", "doo_v1_", "dor_v1_"], shape: "do[opr]_v1_[\\da-f]{64}" },
  { words: ["dapi"], shape: "dapi[\\da-f]{32}(?:-\\d)?" },
  { words: ["atatt3"], shape: "ATATT3[\\w=-]{100,250}" },
  { words: ["lin_api_"], shape: "lin_api_[A-Za-z0-9]{32,48}" },
  { words: ["ntn_", "secret_"], shape: "(?:ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43})" },
  { words: ["hvs.", "hvb.", "hvr."], shape: "hv[bsr]\\.[\\w-]{24,300}" },
  { words: [".atlasv1."], shape: "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{60,70}" },
  {
    words: ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."],
    shape: "dp\\.(?:pt|st|ct|sa)\\.(?:[\\w-]{1,40}\\.)?[A-Za-z0-9]{40,44}",
  },
  { words: ["pmak-"], shape: "PMAK-[\\da-f]{24}-[\\da-f]{34}" },
  { words: ["nrak-"], shape: "NRAK-[A-Z0-9]{27}" },
  { words: ["glsa_", "glc_"], shape: "(?:glsa_[A-Za-z0-9]{32}_[\\da-f]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})" },
  { words: ["pul-"], shape: "pul-[\\da-f]{40}" },
  { words: ["sntrys_", "sntryu_"], shape: "sntry[su]_[\\w+/=-]{40,400}" },
  { words: ["figd_"], shape: "figd_[\\w-]{36,64}" },
  { words: ["fo1_", "fm2_"], shape: "f(?:o1|m2)_[\\w+/-]{43,400}={0,2}" },
  { words: ["pscale_"], shape: "pscale_(?:tkn|pw|oauth)_[\\w.-]{32,64}" },
  { words: ["sbp_"], shape: "sbp_[\\da-f]{40}" },
  { words: ["age-secret-key-1"], shape: "AGE-SECRET-KEY-1[A-Z0-9]{58}" },
  { words: ["sg."], shape: "SG\\.[\\w-]{16,32}\\.[\\w-]{30,64}" },
  { words: [":aa"], shape: "\\d{8,10}:AA[\\w-]{33}" },
  { words: ["0q~"], shape: "[\\w.~-]{3}\\dQ~[\\w.~-]{31,34}" },
];

/** Any word that a token has; one group for all, since groups are few and tokens are rare. */
const words = [
  [
    ...[
      "gho_",
      "ghp_",
      "ghr_",
      "ghs_",
      "ghu_",
      "github_pat_",
      "xox",
      "xapp-",
      "hooks.slack.com",
      "/api/webhooks/",
      ".eyj",
    ],
    ...shapes.flatMap((one) => one.words),
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
      /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}|\bxapp-\d-[A-Za-z0-9-]{20,250}|hooks\.slack\.com\/services\/T\w{6,20}\/B\w{6,20}\/\w{16,40}/g,
  },
  {
    rule: "secret-token",
    message: "a Discord webhook",
    words,
    pattern: /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/[\w-]{60,80}/g,
  },
  {
    rule: "secret-token",
    message: "a token of a Discord bot",
    longRun: true,
    probe: /[A-Z0-9]{24}\.[\w-]{6}\./i,
    pattern: /(?<![\w-])[MNO][A-Za-z0-9]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g,
    accept: isDiscordToken,
  },
  {
    rule: "secret-token",
    message: "an API key of a known service",
    words,
    pattern: new RegExp(`(?<![\\w.-])(?:${shapes.map(({ shape }) => shape).join("|")})(?![\\w-])`, "g"),
    accept: isRandom,
  },
  {
    rule: "secret-token",
    message: "an API key of a known service",
    longRun: true,
    probe: /SK[\da-f]{32}|key-[\da-f]{32}|[\da-f]{32}-us\d/,
    pattern: /(?<![\w-])(?:SK[\da-f]{32}|key-[\da-f]{32}|[\da-f]{32}-us\d{1,2})(?![\w-])/g,
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
