"use strict";
// The two ends of a dynamic resource: what the engine writes into the state, and what that loads when it runs. This file
// is plain JavaScript because its text is stored: a transpiler would make the text depend on who compiled it.
const fs = require("node:fs");

/**
 * The provider object whose source text is stored in the state of every dynamic resource. It holds no behaviour: each
 * method loads it from the package when it is called, so the text stays under 2 KiB (hence the short names), holds no
 * path, is the same in every checkout, and an upgrade takes effect on resources that exist, including their deletion.
 *
 * The package is resolved from the working directory of the provider process, which the engine sets to the program's
 * folder: by self-reference in this repository, from node_modules elsewhere. A plain `require` cannot do the first, since
 * the deserialized module has no file name.
 */
exports.lifecycleProvider = (type) => {
  const on = () =>
    require("module")
      .createRequire(process.cwd() + "/")("secure-model-customization/bedrock/runtime")
      .handler(type);
  return {
    check: (o, n) => on().check(o, n),
    diff: (id, o, n) => on().diff(id, o, n),
    create: (i) => on().create(i),
    read: (id, p) => on().read(id, p),
    update: (id, o, n) => on().update(id, o, n),
    delete: (id, p) => on().delete(id, p),
  };
};

/**
 * The behaviour behind a resource type, in the process that the engine starts for dynamic providers. That process knows
 * nothing of TypeScript, so it is taught here, with every option spelled out: the working directory may be any program's,
 * and this package may lie in its node_modules. The compiler is called directly, because ts-node would load the TypeScript
 * compiler as well, which takes longer than all the rest.
 */
exports.handler = (name) => {
  if (!process[Symbol.for("ts-node.register.instance")]) loadTypeScript();
  return require("./handlers.ts").handler(name);
};

function loadTypeScript() {
  const { transformSync } = require("@swc/core");
  require.extensions[".ts"] = (module, filename) => {
    const { code } = transformSync(fs.readFileSync(filename, "utf8"), {
      filename,
      swcrc: false,
      sourceMaps: "inline",
      module: { type: "commonjs" },
      jsc: { target: "es2022", parser: { syntax: "typescript" } },
    });
    module._compile(code, filename);
  };
}
