import js from "@eslint/js";
import globals from "globals";

const forbidden = ["innerHTML", "outerHTML", "insertAdjacentHTML", "write", "writeln", "cookie"];

export default [
  js.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "eqeqeq": "error",
      "prefer-const": "error",
      "no-restricted-globals": ["error", "localStorage", "sessionStorage", "indexedDB", "caches"],
      "no-restricted-properties": ["error", ...forbidden.map((property) => ({ property, message: "Text and elements only; nothing is kept." }))],
    },
  },
];
