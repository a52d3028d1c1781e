import tseslint from "typescript-eslint";

const PARSED = "Text from outside is never parsed as HTML.";

export default tseslint.config(...tseslint.configs.recommended, {
  rules: {
    "max-lines": ["error", { max: 400 }],
    "no-restricted-properties": [
      "error",
      { property: "innerHTML", message: PARSED },
      { property: "outerHTML", message: PARSED },
      { property: "insertAdjacentHTML", message: PARSED },
    ],
    "no-restricted-syntax": [
      "error",
      { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: PARSED },
      { selector: "JSXAttribute[name.name='style']", message: "The page's policy allows no inline style." },
    ],
  },
});
