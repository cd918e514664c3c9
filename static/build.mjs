/**
 * Builds static/build/: one stylesheet, one script, the fonts and pictures, each named after its content so
 * that it can be cached for ever, and manifest.json which maps plain names to those names.
 * Run: npm ci && node static/build.mjs
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { build } from "esbuild";
import { bundleAsync } from "lightningcss";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const OUT = path.join(HERE, "build");
const NEXT = path.join(HERE, `build-${process.pid}`);
const TARGETS = { chrome: 111 << 16, safari: (16 << 16) | (4 << 8), ios_saf: (16 << 16) | (4 << 8), firefox: 113 << 16 };
const FONTS = {
  "@fontsource-variable/figtree": ["figtree-latin-wght-normal", "figtree-latin-ext-wght-normal"],
  "@fontsource-variable/bricolage-grotesque": ["bricolage-grotesque-latin-opsz-normal"],
};

const manifest = {};

async function keep(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const hashed = `${stem}.${hash}${ext}`;
  await writeFile(path.join(NEXT, hashed), content);
  if ([".css", ".js", ".svg"].includes(ext)) {
    await writeFile(path.join(NEXT, `${hashed}.gz`), await promisify(gzip)(content, { level: 9 }));
  }
  manifest[name] = hashed;
}

async function keepFonts() {
  const require = createRequire(import.meta.url);
  for (const [pack, names] of Object.entries(FONTS)) {
    const folder = path.join(path.dirname(require.resolve(`${pack}/package.json`)), "files");
    for (const name of names) {
      await keep(`${name}.woff2`, await readFile(path.join(folder, `${name}.woff2`)));
    }
  }
}

async function keepPictures() {
  for (const name of await readdir(path.join(HERE, "img"))) {
    await keep(name, await readFile(path.join(HERE, "img", name)));
  }
}

async function keepStyles() {
  const { code } = await bundleAsync({
    filename: path.join(HERE, "css", "app.css"),
    minify: true,
    targets: TARGETS,
    visitor: { Url: (url) => ({ ...url, url: manifest[url.url] ?? url.url }) },
  });
  await keep("app.css", Buffer.from(code));
}

async function keepScripts() {
  const result = await build({
    entryPoints: [path.join(HERE, "js", "app.js")],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome111", "safari16.4", "firefox113"],
    legalComments: "none",
    write: false,
  });
  await keep("app.js", Buffer.from(result.outputFiles[0].contents));
}

await mkdir(NEXT, { recursive: true });
await keepFonts();
await keepPictures();
await keepStyles();
await keepScripts();
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(path.join(NEXT, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
// A half-written folder is never seen: the finished one takes the old one's place.
await rm(OUT, { recursive: true, force: true });
await rename(NEXT, OUT);
console.log(Object.values(sorted).join("\n"));
