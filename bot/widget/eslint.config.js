import tseslint from "typescript-eslint";

export default tseslint.config(...tseslint.configs.recommended, {
  rules: {
    "max-lines": ["error", { max: 400 }],
    "no-restricted-properties": [
      "error",
      { property: "innerHTML", message: "Draw with DOM calls: text from outside is never parsed as HTML." },
      { property: "outerHTML", message: "Draw with DOM calls: text from outside is never parsed as HTML." },
      { property: "insertAdjacentHTML", message: "Draw with DOM calls: text from outside is never parsed as HTML." },
    ],
  },
});
