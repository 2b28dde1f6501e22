import { entropy } from "./checksums";
import type { Accepted, Detector } from "./detector";
import { isRandom, placeholder, tokens } from "./tokens";
import { list } from "./wording";

/** Kinds of characters in a value: lower case, upper case, digits, signs. */
const kindsIn = (value: string): number =>
  [/[a-z]/, /[A-Z]/, /\d/, /[!@#$%^&*~+?()]/].filter((kind) => kind.test(value)).length;

/** Words that are joined by signs, with at most a number among them: a path, a property, a name. */
const isJoinedWords = (value: string): boolean =>
  /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)(?:[./:_-](?:[a-z]+|[A-Z]+|[A-Z][a-z]+)){0,20}[./:_-]?\d{0,4}$/.test(value);

/** What code assigns instead of a value: a call, a variable of a template, a path or an address. */
const isExpression = (value: string): boolean => /^[\w.]+\(|\{\{|\$\{|:\/\/|^\/|^x:\d|\.\.\./.test(value);

/** Words in the style of names in code, `firstSecondThird`. */
const isCamelCase = (value: string): boolean => /^[A-Za-z][a-z]*(?:\d{0,2}[A-Z][a-z]+){1,8}\d?$/.test(value);

/** Whether a value looks like a password that somebody uses. */
function isPassword(value: string): boolean {
  if (value.length < 8 || placeholder.test(value) || isExpression(value)) return false;
  const kinds = kindsIn(value);
  if (kinds < 2 || entropy(value) < 2.7) return false;
  if (kinds > 2) return true;
  return /\d/.test(value)
    ? !isJoinedWords(value)
    : !isCamelCase(value) && (value.match(/[a-z][A-Z]/g)?.length ?? 0) > 1;
}

/** Whether a value looks drawn at random: digits and letters mixed, and many different ones. */
function isRandomValue(value: string): boolean {
  if (placeholder.test(value) || isExpression(value) || isJoinedWords(value) || isCamelCase(value)) return false;
  const mixed = /\d/.test(value) && /[a-z]/i.test(value);
  if (value.length >= 12 && mixed) return entropy(value) >= 3;
  return value.length >= 10 && kindsIn(value) > 2 && entropy(value) >= 2.7;
}

/** Names of passwords, in languages that are written with Latin letters. */
const passwordNames = [
  ...list("passw(?:or)?d|passphrase|pwd|kennwort|passwort|mot de passe|contrase.a|clave(?: de acceso)?|senha"),
  ...list("wachtwoord(?:et)?|l.senord(?:et)?|adgangskode|passord|salasana|heslo|parola|kata sandi"),
].join("|");
/** Names that are words of everyday life but where a value is assigned to them. */
const shortNames = "(?<![a-z])(?:pass|pw)(?=[\"']?\\]? ?[:=])|(?<![a-z])pw(?= \\S{8})";
/** Names of passwords with other letters and in other scripts. */
const foreignNames = [
  ...list("пароль|密码|密碼|口令|パスワード|비밀번호|סיסמה|كلمة المرور|şifre(?:m|niz|si)?|lösenord(?:et)?|hasło"),
  ...list("mật khẩu|รหัสผ่าน|κωδικός(?: πρόσβασης)?|jelszó|पासवर्ड|رمز عبور"),
].join("|");
const secretNames =
  "(?:secret|token|api[_-]?key|(?:access|account|admin|private|encryption|signing|master|auth|app|client|license|session|shared)[_-]?key|(?:key(?<=[a-z]_key)|pat(?<=[a-z]_pat))(?==))(?:[_-]?(?:key|token|base|value|string)){0,2}";
const isPasswordName = new RegExp(`^(?:${passwordNames}|pass|pw|${foreignNames})`, "i");

/** What stands between a name and its value: `=`, `:`, `=>`, `">`, ` is `, or a blank. */
const between =
  "[\"']?\\]?(?: {0,2}(?:=>|:=|[:=：>])[ \\t]{0,2}| (?:is|ist|lautet|est|es|é|è|este|är|er|je|to|was(?: changed to)?|has been set to)(?: now)?:? | )[\"'`]?";
/** The same where words are not set apart. */
const joined = "(?:是|为|為|は|는|은) ?[\"'`]?";
const value = "[^\\s\"'`<>,;]{8,200}";

/** Cuts the name off an assignment, and what ends the clause that it stands in. */
const head = new RegExp(
  `^(?:(?:${passwordNames}|pass|pw|${foreignNames}|${secretNames}|key|pat)${between}|(?:${foreignNames})${joined})`,
  "i",
);
const valueOf = (assignment: string): string => assignment.replace(head, "").replace(/[.:)\]}]+$/, "");

const acceptAssignment = (text: string): boolean =>
  isPasswordName.test(text) ? isPassword(valueOf(text)) : isRandomValue(valueOf(text));

/** `user:password` in base64, as HTTP's basic authentication sends it, or an opaque token. The scheme is no part of the find. */
function acceptAuthorization(candidate: string, _text: string, at: number): false | Accepted {
  const scheme = candidate.indexOf(" ") + 1;
  const token = candidate.slice(scheme);
  const isSecret = /^basic/i.test(candidate) ? isPair(token) : isRandomValue(token);
  return isSecret && { start: at + scheme };
}

/** The number of a private key in a JSON Web Key: `d` beside `kty`. */
function acceptKey(candidate: string, text: string, start: number): false | Accepted {
  const around = text.slice(Math.max(0, start - 2048), start + 2048);
  return /["']kty["'] ?:/.test(around) && isRandom(candidate.slice(4)) && {};
}

/** `user:password` in base64, as `.npmrc` and Docker's configuration keep it. */
const isPair = (text: string): boolean =>
  /^[\x21-\x7E]{1,64}:[\x21-\x7E]{3,}$/.test(Buffer.from(text, "base64").toString("latin1"));

function acceptPair(candidate: string, _text: string, at: number): false | Accepted {
  const start = candidate.search(/[\w+/]{8,}={0,2}$/);
  return start >= 0 && isPair(candidate.slice(start)) && { start: at + start };
}

/** A password at the end of a candidate. */
function acceptLast(candidate: string, _text: string, at: number): false | Accepted {
  const start = candidate.search(/(?<=[\s"':,/])[^\s"':,/]{8,128}$/);
  return start >= 0 && isPassword(candidate.slice(start).replace(/[)\]}]+$/, "")) && { start: at + start };
}

const requests = [
  [
    ...list(
      "bearer |basic |splunk |ssws |genie-key |token token=| -u|--user|--auth|sig=|signature=|key=|code=|_auth|auths|auth=|auth:",
    ),
    ...list("sessid|sessionid|_session|session=|sid=|xsrf-token=|csrftoken=|remember_token"),
  ],
];
const commands = [list("sshpass|mysql|redis-cli|requirepass|bindpw|docker login|credential|creds")];
const privateKeys = [list("private key|private_key|private-key|private-lines|ssh0 encrypted|kty|ls0tls0crudjti|xprv")];

/** Keys, tokens and passwords. */
export const credentials: readonly Detector[] = [
  {
    rule: "secret-aws-key",
    message: "an AWS access key id",
    words: [["akia", "asia", "abia", "acca"]],
    // The secret key may stand right behind it, as in the file that the console gives out.
    pattern:
      /(?<![A-Z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Z0-9])(?:["']?[\s,:;|/]{1,3}["']?[A-Za-z0-9/+]{40}(?![\w/+=]))?/g,
  },
  {
    rule: "secret-aws-key",
    message: "an AWS secret access key",
    words: [
      [
        "secret access",
        "secret_access",
        "secret-access",
        "secretaccess",
        "aws_secret",
        "aws secret",
        "aws-secret",
        "awssecret",
      ],
    ],
    pattern:
      /(?:aws[ _-]?secret[ _-]?|secret[ _-]?access[ _-]?)(?:access[ _-]?)?key(?: \[[^\]\n]{0,12}\])?["']?(?: {0,2}[:=>]{1,2} {0,2}| is | )["']?[A-Z0-9/+]{40}(?![A-Z0-9/+])/gi,
  },
  ...tokens,
  {
    rule: "secret-private-key",
    message: "a private key",
    words: privateKeys,
    pattern:
      /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-(?!----)){0,8192}-----END [A-Z0-9 ]{0,48}-----|[\w\s+/=\\:>-]{0,8192})|---- BEGIN SSH2 (?:[A-Z]{2,12} ){0,2}PRIVATE KEY ----[\w\s+/=:]{0,8192}|\bPrivate-Lines: ?\d{1,3}\s[\w\s+/=]{0,8192}|\bLS0tLS1CRUdJTi[A-Za-z0-9+/\s]{80,16384}={0,2}|\bxprv[1-9A-HJ-NP-Za-km-z]{100,112}\b/g,
    accept: (text) => !text.startsWith("LS0t") || Buffer.from(text, "base64").includes("PRIVATE KEY"),
  },
  {
    rule: "secret-private-key",
    message: "a private key",
    words: privateKeys,
    digits: 1,
    pattern: /(?<=\bprivate[ _-]?key["']?(?: {0,2}[:=]| is)? {0,2}["']?)(?:0x)?[\da-f]{64}\b/gi,
    accept: isRandom,
  },
  {
    rule: "secret-private-key",
    message: "the private part of a JSON Web Key",
    words: privateKeys,
    pattern: /"d" ?: ?"[\w-]{40,700}"|'d' ?: ?'[\w-]{40,700}'|(["'])k\1 ?: ?\1[\w-]{22,700}\1/g,
    accept: acceptKey,
  },
  {
    rule: "secret-url-password",
    message: "a password in a URL",
    words: [["://"], ["@"]],
    // A slash in a password should be written as a code and often is not; behind a port it begins a path.
    pattern: /:\/\/[^\s:/@"'<>]{0,64}:(?!\d{1,5}\/)[^\s:@"'<>]{3,64}@(?:[^\s:/@"'<>,]{1,32}@)?(?=[\w.[-])/g,
    accept: (text) => !/:(?:password|passwd|pass|pwd|secret|\*+|[<${[]|x+)@?$|:[<${[]/i.test(text.slice(3)),
  },
  {
    rule: "secret-assignment",
    message: "a value that looks random is assigned to a secret's name",
    words: [
      [
        ...list("secret|passw|pwd|token|apikey|api_key|api-key|accesskey|access_key|access-key|accountkey"),
        ...list("account_key|private_key|encryption_key|signing_key|master_key|auth_key|app_key|license_key"),
        ...list("session_key|shared_key|sharedkey|authkey|appkey|privatekey|encryptionkey|signingkey"),
        ...list("masterkey|licensekey|sessionkey|-key|passphrase|kennwort|mot de passe|contrase"),
        ...list("clave|senha|wachtwoord|senord|adgangskode|passord|salasana|heslo|parola|kata sandi|_key=|_pat="),
        ...list("admin_key|client_key|client-key"),
      ],
    ],
    pattern: new RegExp(`(?:${passwordNames}|${secretNames})${between}${value}`, "gi"),
    accept: acceptAssignment,
  },
  {
    rule: "secret-assignment",
    message: "a value that looks random is assigned to a secret's name",
    nonAscii: "letter",
    probe: new RegExp(foreignNames, "i"),
    pattern: new RegExp(`(?:${foreignNames})(?:${between}|${joined})${value}`, "gi"),
    accept: acceptAssignment,
  },
  {
    rule: "secret-assignment",
    message: "a value that looks random is assigned to a secret's name",
    words: [["pass", "pw"]],
    probe: /pass["']?\]? ?[:=]|pw["']?\]?(?: ?[:=]| )/i,
    pattern: new RegExp(`(?:${shortNames})${between}${value}`, "gi"),
    accept: acceptAssignment,
  },
  {
    rule: "secret-assignment",
    message: "what a request is authorized with",
    words: requests,
    pattern: /\b(?:bearer|basic|splunk|ssws|genie-?key|token token=) ?[\w+/.~-]{16,2048}={0,2}/gi,
    accept: acceptAuthorization,
  },
  {
    rule: "secret-assignment",
    message: "a user name and a password in base64",
    words: requests,
    pattern: /(?<![a-z])_?auth["']? ?[:=] ?["']?[\w+/]{12,512}={0,2}(?![\w+/])/gi,
    accept: acceptPair,
  },
  {
    rule: "secret-assignment",
    message: "what a session is known by",
    words: requests,
    pattern:
      /(?:(?:PHP|J|ASPSESSION)?sess(?:ion)?_?id|(?<![a-z])_?\w{0,24}_?session|(?<![a-z])(?:connect\.)?sid|(?:xsrf|csrf)-?_?token|remember_token)=[\w%.+/~-]{20,512}/gi,
    accept: (text) => isRandomValue(text.slice(text.indexOf("=") + 1)),
  },
  {
    rule: "secret-assignment",
    message: "a password of a command",
    words: commands,
    pattern:
      /\b(?:sshpass -p ?|mysql\w{0,8} [^\n|;]{0,60}-p|docker login [^\n|;]{0,60}-p ?|redis-cli [^\n|;]{0,60}-a |requirepass |bindpw )["']?[^\s"']{8,128}|\bcred(?:ential)?s["']? ?[:=] ?[("'[{]{0,3}[\w.@-]{1,64}["']?(?:: ?|, ?| ?\/ ?)["']?[^\s"']{8,128}/gi,
    accept: acceptLast,
  },
  {
    rule: "secret-assignment",
    message: "a user name and a password of a command",
    words: requests,
    pattern: /(?<= )(?:-u|--user|--auth) ?["']?[\w.@-]{1,64}:[^\s"']{6,128}/g,
    accept: (text) => isPassword(text.slice(text.indexOf(":") + 1)),
  },
  {
    rule: "secret-assignment",
    message: "the signature of a URL that grants access",
    words: requests,
    pattern: /[?&;](?:sig=[\w%+/-]{40,120}|(?:key|signature)=[\w%+/.~-]{24,200}|code=[\w%+/-]{50,60}(?==|%3D))={0,2}/g,
    accept: (text) => isRandomValue(text.slice(text.indexOf("=") + 1)),
  },
];
