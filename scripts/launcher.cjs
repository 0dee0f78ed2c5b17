#!/usr/bin/env node
// Runs client.cjs from V8's code cache where one fits: that halves the front-end's start. Without a cache (another Node
// version, a read-only folder) it runs the same, only slower.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const bundle = path.join(__dirname, 'client.cjs');
const source = fs.readFileSync(bundle, 'latin1');
// V8 itself compares lengths only, so the build names the bundle's content in its first line: //name\n
const name = source.slice(2, source.indexOf('\n'));
const cache = path.join(__dirname, `client-${name}-${process.version}-${process.arch}.cache`);

let cachedData;
try {
  cachedData = fs.readFileSync(cache);
} catch {
  // None yet.
}
const script = new vm.Script(source, { filename: bundle, cachedData });

function keepCodeCache() {
  if (cachedData && !script.cachedDataRejected) return;
  const part = `${cache}.${process.pid}.part`;
  try {
    fs.writeFileSync(part, script.createCachedData(), { flag: 'wx', mode: 0o644 });
    fs.renameSync(part, cache);
  } catch {
    // A folder that cannot be written: the next start is as slow as this one.
  }
}

// The build has a front-end keep its cache when it ends.
if (process.env.SNOWPOOL_KEEP_CODE_CACHE === '1') process.once('exit', keepCodeCache);

const program = path.basename(__filename, '.cjs');
const host = {
  program,
  folder: __dirname,
  load: (file) => import(require('node:url').pathToFileURL(file).href),
  keepCodeCache,
};
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, require, module_, bundle, __dirname);
module_.exports.main(process.argv.slice(2), host);
