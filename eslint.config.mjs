// Type-aware rules catch the mistakes that hurt most in asynchronous infrastructure code: promises nobody waits for and
// `any` that leaks over a boundary. The regexp rules keep every pattern linear, since patterns here run on user data.
import tseslint from "typescript-eslint";
import regexp from "eslint-plugin-regexp";

export default tseslint.config(
  { ignores: ["node_modules/", ".local/", "coverage/", "**/*.cjs", "**/*.mjs", "**/*.js"] },
  ...tseslint.configs.recommended,
  regexp.configs["flat/recommended"],
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "CatchClause[param=null] > BlockStatement[body.length=0]",
          message: "An error must not be swallowed.",
        },
      ],
      eqeqeq: "error",
      "no-console": "off",
    },
  },
);
