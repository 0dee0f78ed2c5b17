import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import type { Schema } from '../catalog/model.ts';
import { addFilledTable } from '../catalog/new-table.ts';
import { duckText, quoteDuck } from '../sql/quote.ts';
import { type LoadedColumn, loadedColumn } from './loaded-type.ts';

/** How DuckDB reads each kind of file. */
const READERS: Readonly<Record<string, (path: string) => string>> = {
  '.csv': (path) => `read_csv(${path}, sample_size = 50000)`,
  '.tsv': (path) => `read_csv(${path}, delim = '\\t', sample_size = 50000)`,
  '.parquet': (path) => `read_parquet(${path})`,
  '.json': (path) => `read_json(${path}, maximum_object_size = 67108864)`,
  '.ndjson': (path) => `read_json(${path}, format = 'newline_delimited')`,
  '.jsonl': (path) => `read_json(${path}, format = 'newline_delimited')`,
};

const ALLOWED = Object.keys(READERS).join(', ');

/**
 * Loads every file of a folder as a table of the schema: `flights-3m.parquet` becomes FLIGHTS_3M. Subfolders and hidden
 * files are left out. Throws an Error with one sentence (what, where, what is allowed) for a folder that cannot be read
 * and for a file that is no table.
 */
export async function loadFolder(catalog: Catalog, schema: Schema, folder: string): Promise<readonly string[]> {
  const files = filesOf(folder);
  const loaded: string[] = [];
  for (const file of files) {
    const name = identifier(basename(file, extname(file)));
    if (schema.relations.has(name)) {
      throw new Error(
        `cannot load ${join(folder, file)}: another file of the folder already makes the table ${name}; table names come from file names without their ending`,
      );
    }
    await loadFile(catalog, schema, join(folder, file), name);
    loaded.push(name);
  }
  return loaded;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.') && statSync(join(folder, name)).isFile())
      .sort();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `cannot load ${folder}: the folder cannot be read (${reason}); --load takes a folder of ${ALLOWED} files`,
      { cause },
    );
  }
}

async function loadFile(catalog: Catalog, schema: Schema, path: string, name: string): Promise<void> {
  const reader = READERS[extname(path).toLowerCase()];
  if (!reader)
    throw new Error(
      `cannot load ${path}: it is no table; allowed are ${ALLOWED} files (hidden files and subfolders are left out)`,
    );
  const source = reader(duckText(path));
  try {
    const described = await catalog.duck.rows(`DESCRIBE SELECT * FROM ${source}`);
    const columns = named(described.map(([column, type]) => loadedColumn(String(column), String(type))));
    const values = columns.map(({ source: column, expression }) => expression(quoteDuck(column)));
    await addFilledTable(catalog, schema, name, columns, `SELECT ${values.join(', ')} FROM ${source}`);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new Error(`cannot load ${path}: it is no table that can be read (${reason}); allowed are ${ALLOWED} files`, {
      cause,
    });
  }
}

/** Column names folded as unquoted ones are, repeated ones numbered. */
function named(columns: readonly LoadedColumn[]): (LoadedColumn & { name: string })[] {
  const seen = new Map<string, number>();
  return columns.map((column) => {
    const name = identifier(column.source);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { ...column, name: count === 1 ? name : `${name}_${count}` };
  });
}

/** A name that needs no quotes: upper case, everything but letters, digits and underscores turned into one. */
function identifier(text: string): string {
  const plain = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return /^\p{L}/u.test(plain) ? plain : `_${plain}`;
}
