#!/usr/bin/env node
// Runs client.cjs from V8's code cache where one fits: that halves the front-end's start. Without a cache (another Node
// version, a read-only folder) it runs the same, only slower.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

// Each query of DuckDB's keeps a thread of libuv's until it ends; it must be set before the first one starts.
if (process.argv[2] === 'sandbox') process.env.UV_THREADPOOL_SIZE ??= '64';

const parts = new Map();
const uncached = [];

// A bundle beside this file, compiled as one expression. A part is a bundle that client.cjs loads when it needs it.
function part(name) {
  const known = parts.get(name);
  if (known) return known;
  const file = path.join(__dirname, `${name}.cjs`);
  const source = fs.readFileSync(file, 'latin1');
  // V8 itself compares lengths only, so the build names the bundle's content in its first line: //name\n
  const content = source.slice(2, source.indexOf('\n'));
  const cache = path.join(__dirname, `${name}-${content}-${process.version}-${process.arch}.cache`);
  let cachedData;
  try {
    cachedData = fs.readFileSync(cache);
  } catch {
    // None yet.
  }
  const script = new vm.Script(source, { filename: file, cachedData });
  const isCached = cachedData !== undefined && script.cachedDataRejected === false;
  if (!isCached) uncached.push({ script, cache });
  const bundle = { exports: {} };
  script.runInThisContext()(bundle.exports, require, bundle, file, __dirname, part);
  parts.set(name, bundle.exports);
  return bundle.exports;
}

function keepCodeCache() {
  for (const { script, cache } of uncached.splice(0)) {
    const unfinished = `${cache}.${process.pid}.part`;
    try {
      fs.writeFileSync(unfinished, script.createCachedData(), { flag: 'wx', mode: 0o644 });
      fs.renameSync(unfinished, cache);
    } catch {
      // A folder that cannot be written: the next start is as slow as this one.
    }
  }
}

// The build has a front-end keep its cache when it ends.
if (process.env.SNOWPOOL_KEEP_CODE_CACHE === '1') process.once('exit', keepCodeCache);

const host = {
  program: path.basename(__filename, '.cjs'),
  folder: __dirname,
  load: (file) => import(require('node:url').pathToFileURL(file).href),
  keepCodeCache,
};
part('client').main(process.argv.slice(2), host);
