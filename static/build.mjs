/**
 * Builds static/build/: one stylesheet, one script (the door has its own, and the service worker is one), the fonts and pictures, each named after
 * its content so that it can be cached for ever, and manifest.json which maps plain names to those names.
 * What the manifest before this one named stays (previous.json), because a running server still hands out those
 * names until it is restarted; older files go.
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

/** The font with Chinese for what the server draws: no browser asks for it. */
const LETTERING = ["@expo-google-fonts/noto-sans-sc", "700Bold/NotoSansSC_700Bold.ttf", "noto-sans-sc-700.ttf"];

const manifest = {};

async function keep(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const hashed = `${stem}.${hash}${ext}`;
  await writeFile(path.join(NEXT, hashed), content);
  if ([".css", ".js", ".svg", ".wasm"].includes(ext)) {
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

async function keepLettering() {
  const [pack, file, name] = LETTERING;
  const folder = path.dirname(createRequire(import.meta.url).resolve(`${pack}/package.json`));
  await keep(name, await readFile(path.join(folder, file)));
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

/** What reads codes on the page of the door, compiled; only its script asks for it. */
async function keepReader() {
  const file = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
  await keep("zxing_reader.wasm", await readFile(file));
}

async function keepScript(name, entry) {
  const result = await build({
    entryPoints: [path.join(HERE, "js", entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome111", "safari16.4", "firefox113"],
    legalComments: "none",
    write: false,
  });
  await keep(name, Buffer.from(result.outputFiles[0].contents));
}

async function read(name) {
  try {
    return JSON.parse(await readFile(path.join(OUT, name), "utf8"));
  } catch {
    return {}; // the first build, or one that somebody cut short
  }
}

function write(name, names) {
  return writeFile(path.join(NEXT, name), `${JSON.stringify(names, null, 2)}\n`);
}

/** File by file, the manifest last: nobody ever reads a name whose file is not there. */
async function publish() {
  await mkdir(OUT, { recursive: true });
  const files = (await readdir(NEXT)).filter((name) => name !== "manifest.json");
  for (const name of [...files, "manifest.json"]) {
    await rename(path.join(NEXT, name), path.join(OUT, name));
  }
}

async function removeAllBut(wanted) {
  for (const name of await readdir(OUT)) {
    if (!wanted.has(name.replace(/\.gz$/, ""))) await rm(path.join(OUT, name), { recursive: true });
  }
}

await rm(NEXT, { recursive: true, force: true });
await mkdir(NEXT);
await keepFonts();
await keepLettering();
await keepPictures();
await keepStyles();
await keepScript("app.js", "app.js");
await keepScript("door.js", path.join("door", "main.js"));
await keepScript("worker.js", "worker.js");
await keepReader();
const sorted = Object.fromEntries(Object.entries(manifest).sort());
const last = await read("manifest.json");
// A build that changes nothing is no new generation.
const previous = JSON.stringify(last) === JSON.stringify(sorted) ? await read("previous.json") : last;
await write("previous.json", previous);
await write("manifest.json", sorted);
await publish();
await rm(NEXT, { recursive: true });
await removeAllBut(new Set(["manifest.json", "previous.json", ...Object.values(sorted), ...Object.values(previous)]));
console.log(Object.values(sorted).join("\n"));
