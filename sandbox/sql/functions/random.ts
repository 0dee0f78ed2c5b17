import { createHash } from 'node:crypto';
import { MAX_TEXT } from '../types/type.ts';
import { type Definition, define, raised } from './define.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A well mixed 64-bit number of a seed and a step (SplitMix64). */
function mix(seed: bigint, step: bigint): bigint {
  let z = BigInt.asUintN(64, seed + (step + 1n) * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** 53 bits as a number from 0 up to 1. */
const unit = (bits: bigint): number => Number(bits >> 11n) / 2 ** 53;

const LETTER_CODES = Buffer.from(LETTERS, 'latin1');

/**
 * Letters and digits drawn from 32-bit numbers (Mulberry32), five from each, for that is fast enough for millions of rows.
 */
function randomText(length: number, seed: bigint): string {
  // The words of the drivers' own tests (gosnowflake, TestMaxLobSize); code and rest from the page "Larger size limits".
  if (length > MAX_TEXT) {
    throw raised(
      '100067',
      '54000',
      `The data length in result column RANDSTR is not supported by this version of the client. Actual length ${length} exceeds supported length of ${MAX_TEXT}.`,
    );
  }
  let state = Number(BigInt.asUintN(32, seed ^ (seed >> 32n)));
  const codes = Buffer.allocUnsafe(Math.max(length, 0));
  for (let at = 0; at < length; ) {
    state = (state + 0x6d2b79f5) | 0;
    let drawn = Math.imul(state ^ (state >>> 15), 1 | state);
    drawn = (drawn + Math.imul(drawn ^ (drawn >>> 7), 61 | drawn)) ^ drawn;
    let rest = (drawn ^ (drawn >>> 14)) >>> 0;
    for (const end = Math.min(at + 5, length); at < end; at += 1) {
      const next = Math.floor(rest / LETTER_CODES.length);
      codes[at] = LETTER_CODES[rest - next * LETTER_CODES.length] ?? 0;
      rest = next;
    }
  }
  return codes.toString('latin1');
}

function uuid5(namespace: string, name: string): string {
  const bytes = Buffer.concat([Buffer.from(namespace.replaceAll('-', ''), 'hex'), Buffer.from(name, 'utf8')]);
  const hash = createHash('sha1').update(bytes).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Random numbers whose seed makes them the same at each run. Those without a seed come from DuckDB. */
export const randomFunctions: readonly Definition[] = [
  define('sf_seeded', ['bigint', 'bigint'], 'bigint', (seed, step) => BigInt.asIntN(64, mix(seed, step))),
  define('sf_randstr', ['integer', 'huge'], 'text', (length, seed) => randomText(length, BigInt.asUintN(64, seed))),
  define('sf_normal', ['huge'], 'double', (draw) => {
    const [u, v] = [unit(mix(draw, 0n)), unit(mix(draw, 1n))];
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  }),
  define('sf_uuid5', ['text', 'text'], 'text', uuid5),
];
