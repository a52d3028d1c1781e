/** Beside every built file its compressed twins, as the server sends them; and the scripts held to their budget. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const KB = 1024;
const MOST_AT_FIRST = 85 * KB; // what the first view waits for
const AIM_TOGETHER = 120 * KB; // all scripts, of rooms that few open and in both languages
const MOST_TOGETHER = 124 * KB;

export function packing(): Plugin {
  return {
    name: "packing",
    apply: "build",
    writeBundle({ dir = "." }, bundle) {
      const weights = new Map<string, number>();
      for (const name of Object.keys(bundle).filter((each) => /\.(js|css|html)$/.test(each))) {
        const file = join(dir, name);
        const text = readFileSync(file);
        const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
        writeFileSync(`${file}.br`, packed);
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
        if (name.endsWith(".js")) weights.set(name, packed.length);
      }
      const all = [...weights.values()].reduce((sum, each) => sum + each, 0);
      const first = Object.values(bundle)
        .filter((each) => each.type === "chunk" && each.isEntry)
        .flatMap((each) => (each.type === "chunk" ? [each.fileName, ...each.imports] : []))
        .reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
      held("at first", first, MOST_AT_FIRST);
      held("together", all, MOST_TOGETHER);
      if (all > AIM_TOGETHER) this.warn(`The scripts together are over ${AIM_TOGETHER / KB} KB; what can be shared or left out?`);
    },
  };
}

function held(what: string, weight: number, most: number): void {
  console.log(`scripts ${what}: ${(weight / KB).toFixed(1)} KB compressed, of at most ${most / KB} KB`);
  if (weight > most) throw new Error(`The desk's scripts ${what} are too heavy: ${weight} bytes compressed, at most ${most}.`);
}
