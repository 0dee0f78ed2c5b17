import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { WireRow } from '../../../sandbox/engine.ts';
import { PartStore } from '../../../sandbox/results/part-store.ts';
import { ResultStore } from '../../../sandbox/results/result-store.ts';
import { collectRows, readRows } from '../../../sandbox/results/row-text.ts';
import { textColumn } from '../../../sandbox/sql/results.ts';

const MEGABYTE = 1024 * 1024;
const stores: PartStore[] = [];
const { signal } = new AbortController();

function storeOf(budgetBytes: number): PartStore {
  const store = new PartStore(budgetBytes);
  stores.push(store);
  return store;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

async function* batches(rows: readonly WireRow[], size: number): AsyncGenerator<readonly WireRow[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

const collect = (rows: readonly WireRow[], store: PartStore, limits = {}, size = 1000) =>
  collectRows(batches(rows, size), store, { maxRows: null, maxChunkBytes: 8 * MEGABYTE, ...limits }, signal);

async function all(text: Awaited<ReturnType<typeof collect>>, store: PartStore): Promise<WireRow[]> {
  const rows: WireRow[] = [];
  for await (const batch of readRows(text, store)) rows.push(...batch);
  return rows;
}

test('whatever the rows, their batches and the memory, they are read back as they came', async () => {
  const cell = fc.oneof(fc.constant(null), fc.string({ unit: 'binary', maxLength: 40 }));
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom(0, MEGABYTE),
      async (given, size, budget) => {
        const store = storeOf(budget);
        const text = await collect(given, store, { maxChunkBytes: 1024 }, size);
        expect(await all(text, store)).toEqual(given);
        expect(text.total).toBe(given.length);
        expect([text.inline, ...text.chunks].reduce((sum, chunk) => sum + chunk.rowCount, 0)).toBe(given.length);
      },
    ),
    { numRuns: 50 },
  );
});

const wide = Array.from({ length: 20_000 }, (_, row): WireRow => [String(row), 'x'.repeat(200)]);

test('a large result has an inline part of at most 128 KB and chunks that grow up to their limit', async () => {
  const text = await collect(wide, storeOf(64 * MEGABYTE), { maxChunkBytes: MEGABYTE });
  expect(text.inline.uncompressedBytes).toBeLessThanOrEqual(128 * 1024);
  const sizes = text.chunks.map((chunk) => chunk.uncompressedBytes);
  expect(sizes.length).toBeGreaterThan(3);
  expect(Math.max(...sizes)).toBeLessThan(1.1 * MEGABYTE);
});

test('ROWS_PER_RESULTSET cuts a result and stops its reading', async () => {
  const store = storeOf(MEGABYTE);
  let asked = 0;
  async function* endless(): AsyncGenerator<readonly WireRow[]> {
    for (;;) {
      asked += 1;
      yield [['1'], ['2'], ['3']];
    }
  }
  const text = await collectRows(endless(), store, { maxRows: 7, maxChunkBytes: MEGABYTE }, signal);
  expect(text.total).toBe(7);
  expect(asked).toBe(3);
});

test('beyond the budget results lie in files, and dropping them gives memory and files back', async () => {
  const store = storeOf(100_000);
  const kept = await collect(wide.slice(0, 400), store);
  const spilled = await collect(wide, store);
  expect(store.used.memoryBytes).toBeLessThanOrEqual(100_000);
  expect(store.used.fileBytes).toBeGreaterThan(0);
  expect(await all(spilled, store)).toEqual(wide);
  for (const { part } of [kept.inline, ...kept.chunks, spilled.inline, ...spilled.chunks]) await store.drop(part);
  expect(store.used).toEqual({ memoryBytes: 0, fileBytes: 0 });
});

test('an abort in the middle keeps nothing', async () => {
  const store = storeOf(MEGABYTE);
  const stop = new AbortController();
  async function* rows(): AsyncGenerator<readonly WireRow[]> {
    yield wide;
    stop.abort(new Error('stopped'));
    yield wide;
  }
  const limits = { maxRows: null, maxChunkBytes: MEGABYTE };
  await expect(collectRows(rows(), store, limits, stop.signal)).rejects.toThrow('stopped');
  expect(store.used.memoryBytes + store.used.fileBytes).toBe(0);
});

test('closing removes the folder, and folders of processes that are gone', async () => {
  const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`snowpool-sandbox-${process.pid}-`));
  const before = mine().length;
  const store = new PartStore(0);
  await collect(wide.slice(0, 10), store);
  expect(mine().length).toBe(before + 1);
  store.close();
  expect(mine().length).toBe(before);
  expect(existsSync(tmpdir())).toBe(true);
});

test('the oldest results go beyond ten thousand, so that a long run keeps its memory', async () => {
  const parts = storeOf(64 * MEGABYTE);
  const results = new ResultStore(() => 0, parts);
  const base = {
    user: 'U',
    columns: [],
    statementTypeId: 4096,
    numberOfBinds: 0,
    dml: undefined,
    fileTransfer: undefined,
  };
  for (let count = 0; count < 10_050; count += 1) {
    const text = await collect([['1']], parts);
    results.keep({ ...base, queryId: String(count), children: [], text });
  }
  expect(results.size).toBe(10_000);
  expect(results.get('0')).toBeUndefined();
  expect(results.get('10049')).toBeDefined();
});

test('wide results go earlier, and leave their columns nowhere', async () => {
  const parts = storeOf(64 * MEGABYTE);
  const results = new ResultStore(() => 0, parts);
  const column = textColumn('C');
  const text = async () => collect([['1']], parts);
  const base = { user: 'U', statementTypeId: 4096, numberOfBinds: 0, dml: undefined, fileTransfer: undefined };
  const kept = [];
  for (let count = 0; count < 8; count += 1) {
    const columns = Array.from({ length: 100_000 }, () => column);
    kept.push(results.keep({ ...base, columns, queryId: String(count), children: [], text: await text() }));
  }
  expect(kept.map((result) => result.columns.length > 0)).toEqual([false, false, true, true, true, true, true, true]);
  expect(results.get('1')).toBeUndefined();
});
