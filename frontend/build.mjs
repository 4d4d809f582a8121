// Builds the cards into the integration; `--to FOLDER` builds elsewhere, to compare.
import { build } from "esbuild";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf("--to");
const folder = at > 0 ? process.argv[at + 1] : join(here, "../custom_components/ocpp/frontend");
const texts = (await readdir(join(here, "src/translations"))).sort();

await build({
  absWorkingDir: here,
  entryPoints: ["src/index.ts"],
  outfile: join(folder, "ocpp-cards.js"),
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: "es2022",
  legalComments: "none",
  define: { LANGUAGES: JSON.stringify(texts.map((name) => name.replace(".json", ""))) },
});
// English is part of the bundle; the others are fetched by those who speak them.
for (const name of texts.filter((each) => each !== "en.json")) {
  await mkdir(join(folder, "translations"), { recursive: true });
  await copyFile(join(here, "src/translations", name), join(folder, "translations", name));
}
