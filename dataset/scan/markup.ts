import type { Detector } from "./detector";
import { list } from "./wording";

/** Commands in their words: a download that is run, a shell that is handed out, a disk that is wiped. */
const shell = [
  "\\b(?:curl|wget) [^|\\n]{1,200}\\| ?(?:sudo (?:-\\w{1,4} )?)?(?:(?:ba|z|da|k)?sh|python3?|perl|ruby|node)\\b",
  "\\b(?:ba|z|da)?sh -c [\"']?\\$\\((?:curl|wget) |\\b(?:ba|z)?sh <\\((?:curl|wget) |\\bbase64 (?:-d|--decode)[^|\\n]{0,40}\\| ?(?:ba|z)?sh\\b",
  "/dev/(?:tcp|udp)/[\\w.-]{3,64}/\\d|\\bnc(?:at)? (?:-\\w{1,6} ){0,4}-\\w{0,4}e ?(?:/bin/)?(?:ba)?sh\\b|\\bnc(?:at)? [\\w.-]{3,64} \\d{2,5} -\\w{0,3}e |\\bTCPSocket\\.new\\([\"'][\\w.-]{3,64}[\"'], ?[\"']?\\d|/bin/(?:ba)?sh -i\\b",
  "\\bsocket\\.socket\\([^\\n]{0,300}\\b(?:dup2|subprocess|pty\\.spawn)\\b",
  "\\bpowershell(?:\\.exe)? [^\\n]{0,80}-e(?:nc|ncodedcommand)?\\b|\\bDownloadString\\(|\\b(?:iwr|irm|invoke-webrequest) [^|\\n]{1,200}\\| ?(?:iex|invoke-expression)\\b|\\b(?:iex|invoke-expression) ?\\(? ?\\(?(?:iwr|irm|curl|invoke-webrequest|new-object) ",
  "\\bbitsadmin(?:\\.exe)? /transfer\\b|\\brundll32(?:\\.exe)? javascript:|\\bdel (?:/[a-z] ){1,4}[a-z]:\\\\|\\bformat [a-z]: /[a-z]|\\(\\) ?\\{ ?:; ?\\}; ?/",
  "\\bcertutil(?:\\.exe)? [^\\n]{0,60}-urlcache\\b|\\bmshta(?:\\.exe)? (?:https?|javascript|vbscript):|\\bregsvr32 [^\\n]{0,60}/i:https?:",
  "\\brm (?:-[a-z-]{1,24} ){1,4}(?:/\\*?|~(?:/\\*?)?|\\$HOME)(?=[\\s;&|\"'`]|$)|\\bdd if=/dev/(?:zero|u?random) of=/dev/[a-z]|:\\(\\) ?\\{ ?:\\|:& ?\\};:|\\bmkfs\\.\\w{2,6} /dev/",
  "\\bos\\.system\\([\"'](?:curl|wget|rm|nc) |\\b(?:exec|eval)\\((?:compile\\()?(?:base64|zlib|codecs|__import__)|__import__\\([\"'](?:os|subprocess)[\"']\\)\\.(?:system|popen)",
].join("|");

/** Markup in its words: script, frames, forms and addresses that act when an answer is shown. */
const page = [
  "<script\\b(?=[^>]{0,200}(?:>(?:[^\\s<`]|\\s{0,20}\\n)| src))|<iframe\\b|<object [^<>]{0,120}data=|<embed [^<>]{0,120}src=|<base href=",
  "<meta [^<>]{0,40}http-equiv=[\"']?refresh|<form [^<>]{0,120}action=[\"']?(?:https?:)?//|<link [^<>]{0,120}href=[\"']?(?:https?:)?//|@import (?:url\\()?[\"']?(?:https?:)?//",
  "\\bjavascript:[a-z(]|\\bvbscript:[a-z]|\\bhref ?= ?[\"'][^\"'<>]{0,40}&#[^\"'<>]{0,40}script:",
  "data:(?:text/html|image/svg\\+xml|text/javascript|application/(?:x-)?javascript)[;,]",
  "\\beval\\((?:atob|unescape|base64_decode|fromCharCode|String\\.)|\\bdocument\\.cookie\\b|\\bString\\.fromCharCode\\((?:\\d{1,3}, ?){8,2000}",
  "\\b(?:fetch|sendBeacon|open|src ?=|location ?=) ?\\(?[^\\n]{0,80}\\b(?:localStorage|sessionStorage)\\b",
  "\\bjava(?:\\t|&#\\w{1,6};?)|background(?:-image)? ?: ?url\\( ?[\"']?(?:https?:)?//[^)\\s]{1,80}\\?|\\bexpression\\(alert|data:application/xhtml\\+xml[;,]|%3Cscript%3E|<!--#(?:exec|include) |\\bnew Function\\(atob",
  "\\{\\{ ?\\d{1,4} ?\\* ?\\d{1,4} ?\\}\\}|[$#]\\{ ?\\d{1,4} ?\\* ?\\d{1,4} ?\\}|<%= ?\\d{1,4} ?\\* ?\\d{1,4} ?%>|\\{\\{ ?(?:config\\.items\\(|self\\.__|request\\.application)|\\{%[^{}\\n]{0,80}__(?:class|globals|base|subclasses)__|\\{php\\}|<#assign [^<>]{0,80}Execute|T\\(java\\.lang\\.Runtime\\)|getRuntime\\(\\)\\.exec\\(|\\$\\{\\$\\{(?:lower|upper|env|::-)",
  '(?:^|[\\n,"]) ?[=@+-](?:cmd\\||HYPERLINK\\("https?:|IMPORT(?:XML|DATA|HTML|FEED)\\("https?:|WEBSERVICE\\(|SUM\\([^)]{1,20}\\)\\*cmd\\|)',
  "<\\?php [^\\n]{0,80}\\$_(?:GET|POST|REQUEST)\\b|<!ENTITY [^<>]{0,60}SYSTEM |\\$\\{jndi:|\\{\\{[^{}\\n]{0,60}__(?:class|globals|import)__",
].join("|");

/** An element with a handler of an event. */
const handler = "<[a-z]{1,10}[\\s/](?:[^<>]{0,200}[\\s/\"'])?on[a-z]{3,20}\\s?=";

/** How names of handlers begin; with the letter behind "on", which stands in few texts, unlike the word. */
const handlers = [" on", "/on", "'on", '"on'].flatMap((on) =>
  [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => on + letter),
);

/** Pictures whose address carries what was said to somebody else's server. */
const pictures = [
  "!\\[[^\\]\\n]{0,80}\\](?:\\(https?://[^)\\s]{1,200}\\?[^)\\s]{1,200}(?:\\)| [^)\\n]{1,40}\\])|\\(https?://[^)\\s]{0,100}\\$\\([^)\\n]{1,80}\\)|\\(https?://[^)\\s]{0,200}(?:[{<$%]|[A-Z_]{8})[^)\\s]{0,200}\\))",
  "<img (?:[^<>]{0,120} )?src ?= ?[\"']?(?:https?:)?//[^\\s\"'<>]{1,200}\\{[^\\s\"'<>]{1,60}\\}|(?<!!)\\[[^\\]\\n]{0,80}\\]\\(https?://[^)\\s]{1,200}\\?[^)\\s]{0,80}=\\{[a-z_]{0,24}(?:chat|history|conversation|secret|data|prompt|user|message)[a-z_]{0,24}\\}",
  "<img (?:[^<>]{0,120} )?src ?= ?[\"']?(?:https?:)?//[^\\s\"'<>?]{1,200}\\?[^\\s\"'<>]{1,200}",
  "!\\[[^\\]\\n]{0,80}\\]\\[([\\w-]{1,24})\\][^[]{0,200}\\[\\1\\]: ?https?://[^\\s?]{1,200}\\?",
].join("|");

/** Markup and commands that act where an answer is shown or run. */
export const markup: readonly Detector[] = [
  {
    rule: "markup-payload",
    message: "script or markup that runs where an answer is shown",
    words: [
      [
        ...list("<script|<iframe|<object|<embed|<base|<meta|<form|<link|<?php|<!entity|javascript:|vbscript:"),
        ...list("data:text|data:image/svg|data:application|eval(|document.cookie|fromcharcode|localstorage"),
        ...list("sessionstorage|@import|jndi:|script:|__class|__globals|__import|__base|__subclasses|self.__"),
        ...list(
          "java&#|java |background:|background-image|expression(|%0cscript|<!--#|function(atob|${0|${ 0|#{0|#{ 0",
        ),
        ...list("{{0|{{ 0|<%=|{{config|{{ config|request.application|{php}|<#assign|lang.runtime|getruntime|${${"),
        ...list("hyperlink(|=import|webservice("),
        "cmd|",
      ],
    ],
    pattern: new RegExp(page, "gi"),
  },
  {
    rule: "markup-payload",
    message: "script or markup that runs where an answer is shown",
    words: [["<"], handlers, ["="]],
    pattern: new RegExp(handler, "gi"),
  },
  {
    rule: "markup-payload",
    message: "a command that runs what it downloads, opens a shell or destroys data",
    words: [
      [
        ...[
          "curl",
          "wget",
          "/dev/",
          "/bin/",
          "base64",
          "powershell",
          "downloadstring",
          "iwr ",
          "irm ",
          "webrequest",
          "certutil",
        ],
        ...[
          "mshta",
          "regsvr32",
          "rm -",
          "dd if",
          ":(){",
          ":() {",
          "mkfs",
          "os.system",
          "exec(",
          "socket",
          "nc -",
          "ncat ",
        ],
        ...[
          "nc 0",
          "iex ",
          "iex(",
          "invoke-expression",
          "bitsadmin",
          "rundll00",
          "del /",
          "format c:",
          "() { :",
          "() {:",
        ],
        ...["eval(", "__import__"],
      ],
    ],
    pattern: new RegExp(shell, "gi"),
  },
  {
    rule: "markup-payload",
    message: "a picture whose address carries data",
    words: [["![", "<img", "={"]],
    pattern: new RegExp(pictures, "gi"),
    // A capital word or a variable stands where the data are put in; the expression itself takes either case.
    accept: (text) =>
      (text.includes("?") || /[{<$%]|[A-Z_]{8}/.test(text)) &&
      !/^!\[[^\]\n]{0,80}\]\(https?:\/\/(?:img\.shields\.io|badgen?\.|[\w.-]{0,60}badge)/i.test(text),
  },
];
