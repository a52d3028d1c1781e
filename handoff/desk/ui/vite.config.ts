import { defineConfig } from "vite";
import { packing } from "./packing";

// The page is served under /desk/ with a policy that allows no inline script, style or data: script.
export default defineConfig({
  base: "/desk/",
  plugins: [packing()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
