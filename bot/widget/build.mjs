// Builds dist/widget.js (loader), dist/panel (iframe) and dist/demo (shop page), and holds both to their budgets.
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "dist");
const dist = `${built}.${process.pid}`; // beside it, so that a server goes on with the last whole build
process.on("exit", () => rmSync(dist, { recursive: true, force: true }));
const KB = 1024;

await build({
  root: here,
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: "es2022", // an older one puts helpers beside the function, and so names into the host page
    lib: { entry: join(here, "src/loader/main.ts"), formats: ["iife"], name: "RelevoLoader", fileName: () => "widget.js" },
  },
});

await build({
  root: join(here, "src/panel"),
  base: "/widget/",
  configFile: false,
  logLevel: "warn",
  publicDir: false,
  build: {
    outDir: join(dist, "panel"),
    emptyOutDir: false,
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});

cpSync(join(here, "demo"), join(dist, "demo"), { recursive: true });

const weigh = (...files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
const assets = readdirSync(join(dist, "panel/assets")).map((name) => join(dist, "panel/assets", name));
const sizes = [
  ["loader", weigh(join(dist, "widget.js")), 4 * KB],
  ["panel", weigh(join(dist, "panel/index.html"), ...assets), 35 * KB],
];
for (const [name, size, most] of sizes) {
  console.log(`${name}: ${(size / KB).toFixed(1)} KB compressed, of at most ${most / KB} KB`);
  if (size > most) throw new Error(`The ${name} is too heavy: ${size} bytes compressed, at most ${most}.`);
}
for (const file of [join(dist, "widget.js"), ...assets]) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
rmSync(built, { recursive: true, force: true });
renameSync(dist, built);
