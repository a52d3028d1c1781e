import { defineConfig } from "vite";

// The page is served under /desk/ with a policy that allows no inline script, style or data: script.
export default defineConfig({
  base: "/desk/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
