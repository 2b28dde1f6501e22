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
  return kinds > 2 || (/\d/.test(value) && !isJoinedWords(value));
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
  ...list("passw(?:or)?d|passphrase|pwd|kennwort|passwort|mot de passe|contrase.a|clave de acceso|senha"),
  ...list("wachtwoord|l.senord|adgangskode|passord|salasana|heslo|parola"),
].join("|");
/** Names of passwords in other scripts. */
const foreignNames = "пароль|密码|密碼|口令|パスワード|비밀번호|סיסמה|كلمة المرور|şifre|lösenord|hasło";
const secretNames =
  "(?:secret|token|api[_-]?key|(?:access|account|private|encryption|signing|master|auth|app|license|session|shared)[_-]?key)(?:[_-]?(?:key|token|base|value|string)){0,2}";
const isPasswordName = new RegExp(`^(?:${passwordNames}|${foreignNames})`, "i");

/** What stands between a name and its value: `=`, `:`, `=>`, `">`, ` is `, or a blank. */
const between = "[\"']?(?: {0,2}(?:=>|:=|[:=：>])[ \\t]{0,2}| (?:is|ist|est|es|é|to|was)(?: now)?:? | )[\"'`]?";
const value = "[^\\s\"'`<>,;]{8,200}";

/** Cuts the name off an assignment, and what ends the clause that it stands in. */
const head = new RegExp(`^(?:${passwordNames}|${foreignNames}|${secretNames})${between}`, "i");
const valueOf = (assignment: string): string => assignment.replace(head, "").replace(/[.:)\]}]+$/, "");

const acceptAssignment = (text: string): boolean =>
  isPasswordName.test(text) ? isPassword(valueOf(text)) : isRandomValue(valueOf(text));

/** `user:password` in base64, as HTTP's basic authentication sends it; or an opaque token. The scheme is no part of the find. */
function acceptAuthorization(candidate: string, _text: string, at: number): false | Accepted {
  const scheme = candidate.indexOf(" ") + 1;
  const token = candidate.slice(scheme);
  const isSecret = /^basic/i.test(candidate)
    ? /^[\x21-\x7E]{1,64}:[\x21-\x7E]{3,}$/.test(Buffer.from(token, "base64").toString("latin1"))
    : isRandomValue(token);
  return isSecret && { start: at + scheme };
}

/** The number of a private key in a JSON Web Key: `d` beside `kty`. */
function acceptKey(candidate: string, text: string, start: number): false | Accepted {
  const around = text.slice(Math.max(0, start - 2048), start + 2048);
  return /"kty" ?:/.test(around) && isRandom(candidate.slice(4)) && {};
}

const requests = [["bearer ", "basic ", " -u", "--user", "--auth", "sig="]];
const privateKeys = [["private key", "private-lines", "kty"]];

/** Keys, tokens and passwords. */
export const credentials: readonly Detector[] = [
  {
    rule: "secret-aws-key",
    message: "an AWS access key id",
    words: [["akia", "asia", "abia", "acca"]],
    pattern: /(?<![A-Z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?![A-Z0-9])/g,
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
      /-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----[\w\s+/=\\:-]{0,8192}|---- BEGIN SSH2 (?:[A-Z]{2,12} ){0,2}PRIVATE KEY ----[\w\s+/=:]{0,8192}|\bPrivate-Lines: ?\d{1,3}\s[\w\s+/=]{0,8192}/g,
  },
  {
    rule: "secret-private-key",
    message: "the private part of a JSON Web Key",
    words: privateKeys,
    pattern: /"d" ?: ?"[\w-]{40,700}"/g,
    accept: acceptKey,
  },
  {
    rule: "secret-url-password",
    message: "a password in a URL",
    words: [["://"], ["@"]],
    pattern: /:\/\/[^\s:/@"'<>]{0,64}:[^\s:/@"'<>]{3,64}@(?=[\w.-])/g,
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
        ...list("clave de acceso|senha|wachtwoord|senord|adgangskode|passord|salasana|heslo|parola"),
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
    pattern: new RegExp(`(?:${foreignNames})${between}${value}`, "gi"),
    accept: acceptAssignment,
  },
  {
    rule: "secret-assignment",
    message: "what a request is authorized with",
    words: requests,
    pattern: /\b(?:bearer|basic) [\w+/.~-]{16,2048}={0,2}/gi,
    accept: acceptAuthorization,
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
    pattern: /[?&;]sig=[\w%+/-]{40,120}={0,2}/g,
    accept: isRandom,
  },
];
