import { list } from "./wording";

/** How the tokens of a service are written, by what they begin with. */
export interface TokenShape {
  /** What the expression begins with, in lower case; `0` stands for any digit. */
  readonly words: readonly string[];
  readonly shape: string;
}

/** Of models and what belongs to them. */
const models: readonly TokenShape[] = [
  { words: ["sk-"], shape: "sk-(?:[a-z]{2,10}\\d{0,2}-){0,3}[\\w-]{32,256}" },
  { words: ["gsk_"], shape: "gsk_[A-Za-z0-9]{40,64}" },
  { words: ["xai-"], shape: "xai-[A-Za-z0-9]{60,100}" },
  { words: ["pplx-"], shape: "pplx-[A-Za-z0-9]{40,64}" },
  { words: ["r8_"], shape: "r8_[A-Za-z0-9]{32,44}" },
  { words: ["hf_", "api_org_"], shape: "(?:hf|api_org)_[A-Za-z0-9]{30,40}" },
  { words: ["absk"], shape: "ABSK[A-Za-z0-9+/]{60,260}={0,2}" },
  { words: ["bedrock-api-key-"], shape: "bedrock-api-key-[A-Za-z0-9+/]{60,4096}={0,2}" },
  { words: ["lsv0_"], shape: "lsv2_(?:pt|sk)_[\\da-f]{32}_[\\da-f]{10}" },
  { words: ["pcsk_"], shape: "pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{50,70}" },
  { words: ["tgp_v0_"], shape: "tgp_v1_[\\w-]{40,48}" },
  { words: ["fw_"], shape: "fw_[A-Za-z0-9]{22,24}" },
  { words: ["nvapi-"], shape: "nvapi-[\\w-]{60,70}" },
  { words: ["csk-"], shape: "csk-[a-z0-9]{44,52}" },
  { words: ["tvly-"], shape: "tvly-(?:dev-|prod-)?[A-Za-z0-9-]{28,48}" },
  { words: ["jina_"], shape: "jina_[A-Za-z0-9_-]{56,64}" },
];

/** Of clouds, hosts and stores of secrets. */
const clouds: readonly TokenShape[] = [
  { words: ["aiza"], shape: "AIza[\\w-]{35}" },
  { words: ["gocspx-"], shape: "GOCSPX-[\\w-]{20,40}" },
  { words: ["ya00."], shape: "ya29\\.[\\w-]{20,250}" },
  { words: ["0//0"], shape: "1//0[\\w-]{40,120}" },
  { words: ["goog0e"], shape: "GOOG1E[A-Z0-9]{50,60}" },
  { words: [":apa00b"], shape: "[\\w-]{8,32}:APA91b[\\w-]{100,200}" },
  { words: ["0q~"], shape: "[\\w.~-]{3}\\dQ~[\\w.~-]{31,34}" },
  { words: ["ltai"], shape: "LTAI[A-Za-z0-9]{12,26}" },
  { words: ["akid"], shape: "AKID[A-Za-z0-9]{32}" },
  { words: ["aqvn"], shape: "AQVN[\\w-]{35,40}" },
  { words: ["y0_"], shape: "y0_[\\w-]{50,70}" },
  { words: ["dop_v0_", "doo_v0_", "dor_v0_"], shape: "do[opr]_v1_[\\da-f]{64}" },
  { words: ["hrku-"], shape: "HRKU-[\\w-]{32,72}" },
  { words: ["fo0_", "fm0_"], shape: "f(?:o1|m[12])_[\\w+/-]{43,400}={0,2}" },
  { words: ["nfp_"], shape: "nf[pcoub]_[A-Za-z0-9]{32,44}" },
  { words: ["vcp_", "vci_", "vca_", "vcr_", "vck_"], shape: "vc[piark]_[A-Za-z0-9]{24,64}" },
  { words: ["rnd_"], shape: "rnd_[A-Za-z0-9]{28,40}" },
  { words: ["dapi"], shape: "dapi[\\da-f]{32}(?:-\\d)?" },
  { words: ["hvs.", "hvb.", "hvr."], shape: "hv[bsr]\\.[\\w-]{24,300}" },
  { words: [".atlasv0."], shape: "[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{60,70}" },
  {
    words: ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."],
    shape: "dp\\.(?:pt|st|ct|sa)\\.(?:[\\w-]{1,40}\\.)?[A-Za-z0-9]{40,44}",
  },
  { words: ["ops_ey"], shape: "ops_eyJ[\\w-]{100,1200}={0,2}" },
  { words: ["a0-"], shape: "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-(?:[A-Z0-9]{5}-){2}[A-Z0-9]{5}" },
  { words: ["pul-"], shape: "pul-[\\da-f]{40}" },
  { words: ["pscale_"], shape: "pscale_(?:tkn|pw|oauth)_[\\w.-]{32,64}" },
  { words: ["sbp_", "sb_secret_"], shape: "(?:sbp_[\\da-f]{40}|sb_secret_[\\w-]{28,40})" },
  { words: ["napi_"], shape: "napi_[a-z0-9]{40,64}" },
  { words: ["mdb_sa_"], shape: "mdb_sa_sk_[\\w-]{32,48}" },
  { words: ["age-secret-key-0"], shape: "AGE-SECRET-KEY-1[A-Z0-9]{58}" },
  { words: ["tskey-"], shape: "tskey-[a-z]{3,8}-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,40}" },
];

/** Of repositories of code and packages, and of what builds and watches programs. */
const builds: readonly TokenShape[] = [
  {
    words: list("glpat-|glrt-|gldt-|glptt-|glft-|glsoat-|glcbt-|glagent-|glimt-|glffct-|gloas-"),
    shape: "gl(?:pat|rt|dt|ptt|ft|soat|cbt|agent|imt|ffct|oas)-[\\w.-]{20,64}",
  },
  { words: ["gr0000000"], shape: "GR1348941[\\w-]{20,24}" },
  { words: ["atbb"], shape: "ATBB[A-Za-z0-9]{24,32}" },
  { words: ["atatt0", "atctt0"], shape: "AT(?:A|C)TT3[\\w=-]{100,260}" },
  { words: ["npm_"], shape: "npm_[A-Za-z0-9]{36}" },
  { words: ["pypi-"], shape: "pypi-[\\w-]{50,250}" },
  { words: ["rubygems_"], shape: "rubygems_[\\da-f]{48}" },
  { words: ["oy0"], shape: "oy2[a-z0-9]{43}" },
  { words: ["clojars_"], shape: "CLOJARS_[\\da-f]{60}" },
  { words: ["akcp", "cmvmdgtu"], shape: "(?:AKCp[A-Za-z0-9]{60,80}|cmVmdGtu[A-Za-z0-9]{50,60})" },
  { words: ["dckr_"], shape: "dckr_[a-z]{3}_[\\w-]{20,64}" },
  { words: ["sqp_", "squ_", "sqa_"], shape: "sq[pua]_[\\da-f]{40}" },
  { words: ["ccipat_", "cciprj_"], shape: "CCIP(?:AT|RJ)_[A-Za-z0-9]{20,24}_[\\da-f]{40}" },
  { words: ["bkua_", "bkct_", "bkat_"], shape: "bk(?:ua|ct|at)_[A-Za-z0-9]{40,48}" },
  { words: ["pmak-"], shape: "PMAK-[\\da-f]{24}-[\\da-f]{34}" },
  { words: ["nrak-"], shape: "NRAK-[A-Z0-9]{27}" },
  { words: ["glsa_", "glc_"], shape: "(?:glsa_[A-Za-z0-9]{32}_[\\da-f]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})" },
  { words: ["sntrys_", "sntryu_"], shape: "sntry[su]_[\\w+/=-]{40,400}" },
  { words: ["dt0c00."], shape: "dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}" },
  { words: ["sgp_"], shape: "sgp_(?:[\\da-f]{16}_)?[A-Za-z0-9]{40,64}" },
  { words: ["pnu_"], shape: "pnu_[A-Za-z0-9]{36}" },
];

/** Of payments, messages, documents and customers. */
const services: readonly TokenShape[] = [
  { words: ["sk_live_", "rk_live_", "sk_test_", "rk_test_"], shape: "[rs]k_(?:live|test)_[A-Za-z0-9]{20,120}" },
  { words: ["whsec_"], shape: "whsec_[A-Za-z0-9+/]{24,64}={0,2}" },
  { words: ["sq0"], shape: "sq0(?:atp|csp)-[\\w-]{22,43}" },
  { words: ["eaaa"], shape: "EAAA[\\w-]{56,64}" },
  { words: ["access_token$"], shape: "access_token\\$(?:production|sandbox)\\$[a-z0-9]{16}\\$[\\da-f]{32}" },
  { words: ["rzp_live_", "rzp_test_"], shape: "rzp_(?:live|test)_[A-Za-z0-9]{14,24}" },
  { words: ["flwseck"], shape: "FLWSECK(?:_TEST)?-[\\da-z]{12,32}-X" },
  {
    words: ["access-production-", "access-sandbox-", "access-development-"],
    shape: "access-(?:production|sandbox|development)-[\\da-f]{8}-[\\da-f-]{27}",
  },
  { words: ["live_"], shape: "live_[A-Za-z0-9]{30,40}" },
  { words: ["duffel_"], shape: "duffel_(?:live|test)_[\\w=-]{43}" },
  { words: ["shippo_"], shape: "shippo_(?:live|test)_[\\da-f]{40}" },
  { words: ["ezak"], shape: "EZAK[A-Za-z0-9]{54}" },
  { words: ["shpat_", "shpss_", "shpca_", "shppa_"], shape: "shp(?:at|ss|ca|pa)_[\\da-fA-F]{32}" },
  { words: ["lin_api_"], shape: "lin_api_[A-Za-z0-9]{32,48}" },
  { words: ["ntn_", "secret_"], shape: "(?:ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43})" },
  { words: ["figd_"], shape: "figd_[\\w-]{36,64}" },
  { words: ["cfpat-"], shape: "CFPAT-[\\w-]{43}" },
  { words: ["tfp_"], shape: "tfp_[\\w-]{40,60}" },
  { words: ["fio-u-"], shape: "fio-u-[\\w-]{60,70}" },
  { words: ["rdme_"], shape: "rdme_[a-z0-9]{64,72}" },
  { words: ["pat-na0-", "pat-eu0-"], shape: "pat-(?:na|eu)\\d-[\\da-f]{8}-[\\da-f-]{27}" },
  { words: ["sg."], shape: "SG\\.[\\w-]{16,32}\\.[\\w-]{30,64}" },
  { words: ["xkeysib-"], shape: "xkeysib-[\\da-f]{64}-[A-Za-z0-9]{16}" },
  { words: ["sk.ey"], shape: "sk\\.eyJ[\\w-]{40,200}\\.[\\w-]{20,44}" },
  { words: ["wpl_ap0"], shape: "WPL_AP\\d\\.\\w{8,24}\\.\\w{4,12}={0,2}" },
  { words: [":aa"], shape: "\\d{8,10}:AA[\\w-]{33}" },
];

/**
 * Tokens that say by their beginning what they are. From the formats that the services publish for secret scanning; lengths
 * have some room, since services lengthen them.
 */
export const tokenShapes: readonly TokenShape[] = [...models, ...clouds, ...builds, ...services];

/** Tokens whose beginning ordinary text has as well, and that hold a long run of digits of base 16. */
export const hexShapes: readonly string[] = [
  "SK[\\da-f]{32}",
  "key-[\\da-f]{32}",
  "[\\da-f]{32}-us\\d{1,2}",
  "[\\da-f]{32}-[\\da-f]{8}-[\\da-f]{8}",
  "sk_[\\da-f]{48}",
  "st\\.[\\da-f]{24}\\.[\\da-f]{24}\\.[\\da-f]{32}",
  "v1\\.0-[\\da-f]{24}-[\\da-f]{146}",
  "pat[A-Za-z0-9]{14}\\.[\\da-f]{64}",
  "1/\\d{16}:[\\da-f]{32}",
  "[\\da-f]{36}NRAL",
];

/** Such tokens with a long run of letters and digits. */
export const mixedShapes: readonly string[] = [
  "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
  "cio[A-Za-z0-9]{32}",
  "A{20,22}[A-Za-z0-9]{20,40}%[A-Za-z0-9%]{30,60}",
  "EAA[A-Z][A-Za-z0-9]{90,300}",
  "\\d{15,16}\\|[\\w-]{27}",
  "pk_\\d{6,9}_[A-Z0-9]{32}",
  "00D[A-Za-z0-9]{12,15}![\\w.]{80,120}",
  "dG9r[A-Za-z0-9+/]{50,60}={0,2}",
  "tk-us-[\\w-]{48}",
  "ion_[a-z0-9]{42}",
  "AQE[a-z0-9A-Z+/]{60,160}-[\\w+/=]{20,60}-[\\w(){}<>:;.,=+-]{12,24}",
];
