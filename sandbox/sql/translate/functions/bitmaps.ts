import { binary, fixed, INTEGER } from '../../types/type.ts';
import { cast, hugeOf } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { typed } from '../typed.ts';
import { aggregate, arg, type Call, integerArg, maybe, over, type Rules, result, rule } from './rule.ts';

/** Bits of one bitmap. Source: docs, "Using Bitmaps to Compute Distinct Values for Hierarchical Aggregations". */
const BITS = 32768;

const whole = (call: Call) => hugeOf(cast(arg(call, 0), INTEGER, call.binder.settings));

/** Bucket 1 holds 1 to 32768; zero and what is below it count from bucket 0 downwards. */
const bucket = rule(1, 1, (call) => {
  const n = whole(call);
  return result(
    call,
    `CAST(CASE WHEN ${n} > 0 THEN 1 + (${n} - 1) // ${BITS} ELSE ${n} // ${BITS} END AS DECIMAL(38,0))`,
    INTEGER,
  );
});

const position = rule(1, 1, (call) => {
  const n = whole(call);
  return result(
    call,
    `CAST(CASE WHEN ${n} > 0 THEN (${n} - 1) % ${BITS} ELSE abs(${n}) % ${BITS} END AS DECIMAL(38,0))`,
    INTEGER,
  );
});

/** The bitmap's bytes are the sandbox's own: the documentation leaves them open. */
const construct = aggregate(1, 1, (call) => {
  const at = `CAST(${whole(call)} AS INTEGER)`;
  return maybe(`CAST(bitstring_agg(${at}, 0, ${BITS - 1})${over(call)} AS BLOB)`, binary());
});

function bitsOf(call: Call): string {
  const value = arg(call, 0);
  if (value.type.type !== 'binary') throw invalidTypes(call.name, [value.type], call.node);
  return `CAST(${value.sql} AS BIT)`;
}

const either = aggregate(1, 1, (call) => maybe(`CAST(bit_or(${bitsOf(call)})${over(call)} AS BLOB)`, binary()));

const count = rule(1, 1, (call) => result(call, `CAST(bit_count(${bitsOf(call)}) AS DECIMAL(38,0))`, INTEGER));

/** GETBIT(n, place): places count from 0 at the right. */
const getBit = rule(2, 2, (call) => {
  const [n, place] = [`CAST(${whole(call)} AS BIGINT)`, integerArg(call, 1)];
  return typed(
    `CAST(CASE WHEN ${place} BETWEEN 0 AND 63 THEN (${n} >> ${place}) & 1 END AS DECIMAL(1,0))`,
    fixed(1, 0),
    true,
  );
});

/** Bitmaps of distinct values, and single bits. Source: docs, "Bitwise expression functions", "Bitmap functions". */
export const bitmapRules: Rules = {
  BITMAP_BUCKET_NUMBER: bucket,
  BITMAP_BIT_POSITION: position,
  BITMAP_CONSTRUCT_AGG: construct,
  BITMAP_OR_AGG: either,
  BITMAP_COUNT: count,
  GETBIT: getBit,
};
