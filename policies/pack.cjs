"use strict";
// The SDK's runner registers a type-checking compiler for every pack, which costs seconds at each preview and update.
// Types are checked once, by `tsc --noEmit`; here the sources are only stripped of them, and what comes out is kept beside
// the installed packages under a name that is the hash of source, compiler and options. V8's compile cache covers what is
// loaded from here on. None of this needs an environment variable.
require("./runner.cjs").withoutCompiler(__filename);

const crypto = require("node:crypto");
const fs = require("node:fs");
const nodeModule = require("node:module");
const path = require("node:path");

nodeModule.enableCompileCache?.();

const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } };
const manifest = require.resolve("@swc/core/package.json");
const compiler = `${require(manifest).version} ${JSON.stringify(options)}`;
const packages = path.resolve(path.dirname(manifest), "../..");
const cache = path.join(packages, ".cache", "secure-model-customization-policies");

require.extensions[".ts"] = (module, fileName) => {
  const source = fs.readFileSync(fileName, "utf8");
  const hash = crypto.createHash("sha256").update(`${compiler}\0${source}`).digest("hex");
  const kept = path.join(cache, `${hash}.js`);
  module._compile(read(kept) ?? keep(kept, strip(source, fileName)), fileName);
};

// Loaded for sources that are new.
function strip(source, filename) {
  return require("@swc/core").transformSync(source, { ...options, filename, swcrc: false, configFile: false }).code;
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

// Packages may be installed where nobody may write; then each start strips the types again. The rename makes a file appear
// whole, also when two packs start at once.
function keep(file, text) {
  const partial = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(cache, { recursive: true });
    fs.writeFileSync(partial, text);
    fs.renameSync(partial, file);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(error.code)) throw error;
  }
  return text;
}

module.exports = require("./index.ts");
