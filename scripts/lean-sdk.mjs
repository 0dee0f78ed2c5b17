/**
 * An esbuild plugin that makes the MCP SDK start faster. As it loads, the SDK builds some 200 zod schemas, and at the first
 * message those of the client's whole protocol revision; a forwarding server needs a dozen. Here each is built when it is first
 * asked for. What is not where it is expected (another version of the SDK) fails the build.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const leanSdk = {
  name: 'lean-sdk',
  setup(builder) {
    // Nothing here validates a form, so the SDK's JSON Schema validator (ajv, 300 KB) stays out.
    builder.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
      path: 'shims',
      namespace: 'lean',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'lean' }, () => ({
      contents: `
        import process from 'node:process';
        export { process };
        export class DefaultJsonSchemaValidator {
          getValidator() { throw new Error('this front-end validates no input: the daemon does'); }
        }`,
      resolveDir: '.',
    }));

    // Another extension: esbuild takes any .mjs for an ES module, and an ES module cannot export getters.
    builder.onResolve({ filter: /^\.\/(schemas|auth)-[^/]*\.mjs$/ }, ({ path, resolveDir }) => {
      if (!resolveDir.endsWith('@modelcontextprotocol/core/dist')) return undefined;
      return { path: `${join(resolveDir, path)}.cjs`, namespace: 'lazy-module' };
    });
    builder.onLoad({ filter: /.*/, namespace: 'lazy-module' }, async ({ path }) => ({
      contents: lazyModule(await readFile(path.slice(0, -'.cjs'.length), 'utf8'), path),
      resolveDir: dirname(path),
    }));
    // Only what the schemas use of zod; a plain require would bring all of it, and a second time.
    builder.onResolve({ filter: /^used-of-zod:/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'used-of-zod',
      pluginData: { resolveDir },
    }));
    builder.onLoad({ filter: /.*/, namespace: 'used-of-zod' }, ({ path, pluginData }) => ({
      contents: `export { ${path.split(':')[1]} } from 'zod/v4';`,
      resolveDir: pluginData.resolveDir,
    }));

    builder.onLoad({ filter: /@modelcontextprotocol\/server\/dist\/src-[^/]*\.mjs$/ }, async ({ path }) => ({
      contents: lazyRevision(emptyTable(await readFile(path, 'utf8'))),
    }));
  },
};

/** Makes each `const FooSchema = ...;` of a module a getter of its exports. */
function lazyModule(source, path) {
  const { body, names } = lazily(
    source,
    /^const (\w+Schema) = ([\s\S]*?);$(?=\n+(?:const |\/\*\*|\/\/|function |export ))/gm,
  );
  const exported = /^export \{([\s\S]*)\};?$/m.exec(body);
  if (!exported) throw new Error(`${path}: no exports found`);
  const getters = exported[1].split(',').map((pair) => {
    const [name, alias = name] = pair.trim().split(' as ');
    return names.includes(name) ? `share('${alias}', '${name}');` : `module.exports.${alias} = ${name};`;
  });
  const used = [...new Set([...body.matchAll(/\bz\.(\w+)/g)].map((match) => match[1]))].sort().join(',');
  return `
    const $schemas = {};
    function share(alias, name) {
      Object.defineProperty(module.exports, alias, { enumerable: true, get: () => $schemas[name] });
    }
    ${body.replace(exported[0], '').replace(/^import \* as z from "zod\/v4";$/m, `const z = require('used-of-zod:${used}');`)}
    ${getters.join('\n')}
    ${lazyFunction}`;
}

/** Tables for the SDK's users, who are not here, and for its validation of forms: filling them would build the schemas. */
function emptyTable(source) {
  const changes = [
    [/^for \(const key of SPEC_SCHEMA_KEYS\) register\(.*\);$/m, ''],
    [/^for \(const \[key, schema\] of Object\.entries\(authSchemas\)\) register\(.*\);$/m, ''],
    [/^const authSchemas = \{[^}]*\};$/m, ''],
    [/^const (ROOT_KEYS|SUPPORTED_STRING_FORMATS) = (new Set\(.*\));$/gm, 'const $1 = { has: (key) => $2.has(key) };'],
    [/^\t(string|number|integer|boolean|array): (shapeKeys\(\[[\s\S]*?\]\))/gm, '\tget $1() { return $2; }'],
  ];
  return changes.reduce((text, [pattern, replacement]) => {
    if (text.search(pattern) < 0) throw new Error(`${pattern} is not where it was`);
    return text.replace(pattern, replacement);
  }, source);
}

/** The schemas of revision 2025-11-25 and earlier, and the tables from methods to them. (Those of 2026-07-28 share more code.) */
function lazyRevision(source) {
  const built = between(source, 'function build$1() {', '\n}\n');
  const { body } = lazily(built, /^\tconst (\w+Schema(?:\$1)?) = ([\s\S]*?);$(?=\n\t(?:const |\/\*\*|\/\/|return ))/gm);
  const [head, returned] = body.split('\n\treturn {\n');
  if (returned === undefined) throw new Error('the schemas of 2025-11-25 are not where they were');
  const entry = /^\t\t(\w+): ([\s\S]*?),?$(?=\n(?:\t\t\w+: |\t\};))/gm;
  const lazyReturn = returned.replace(entry, (_all, name, expression) => `lazy($all, '${name}', () => ${expression});`);
  const lazyBody = `\nconst $schemas = {}, $all = {};${head}\n${lazyReturn.replace('\n\t};', '\nreturn $all;')}`;

  const tables = between(source, 'function registryMaps() {', '\n}\n');
  const lazyTables = tables.replace(/^(\t\t\t)("[^"]+"|\w+): s\.(\w+)(,?)$/gm, '$1get $2() { return s.$3; }$4');
  if (lazyTables === tables) throw new Error('the tables of 2025-11-25 are not where they were');
  return source.replace(built, () => lazyBody).replace(tables, () => lazyTables) + lazyFunction;
}

function between(source, start, end) {
  const from = source.indexOf(start) + start.length;
  const to = source.indexOf(end, from);
  if (from < start.length || to < 0) throw new Error(`'${start}' is not where it was`);
  return source.slice(from, to);
}

/** Turns declarations into entries of `$schemas`, each built at its first use, and names into uses of them. */
function lazily(source, declaration) {
  const names = [...source.matchAll(declaration)].map((match) => match[1]);
  if (names.length < 10) throw new Error('no schemas found where they were');
  const alternatives = names.map((name) => name.replace('$', '\\$')).join('|');
  // Not in a longer name or a string, and no property of something; a spread's three dots may stand before it.
  const use = new RegExp(`(?<![\\w$'"\`])(?<!(?<!\\.\\.)\\.)(?:${alternatives})(?![\\w$:])`, 'g');
  const body = source
    .replace(declaration, (_all, name, expression) => `lazy($schemas, '${name}', () => ${expression});`)
    .replace(/^(?!export ).*$/gm, (line) => line.replace(use, (name) => `$schemas.${name}`));
  return { body, names };
}

const lazyFunction = `
function lazy(schemas, name, build) {
  let built;
  Object.defineProperty(schemas, name, { enumerable: true, get: () => (built ??= build()) });
}
`;
