import { convert } from '../../types/convert.ts';
import { quoteText } from '../../types/literal.ts';
import { fixed, INTEGER, REAL, text } from '../../types/type.ts';
import { cast, hugeOf, withShort } from '../coerce.ts';
import { equalityKey } from '../comparisons.ts';
import { invalidTypes } from '../failures.ts';
import { readColumn } from '../names.ts';
import { argumentColumns } from '../stars.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, integerArg, numberArg, type Rule, type Rules, raw, rawArg, realArg, rule } from './rule.ts';

const RANDOM_TYPE = fixed(19, 0);

const volatile = (value: Typed): Typed => ({ ...value, isVolatile: true });

/** The number of the row, from 0, among those of the GENERATOR or of the whole query. */
function rowNumber(call: Call): string {
  const generators = call.binder.frame.sources.filter((source) => source.isGenerator);
  const [only] = generators;
  const column = only?.columns[0];
  const { frame } = call.binder;
  // Inside an aggregate no rows can be counted; the generator's own numbers do.
  if (column && generators.length === 1 && (frame.sources.length === 1 || frame.aggregateDepth > 0)) {
    return readColumn(frame, column, `${call.name}()`, call.node).sql;
  }
  if (frame.aggregateDepth > 0)
    throw call.binder.translation.unsupported(`${call.name} inside an aggregate`, call.node);
  return '(row_number() OVER () - 1)';
}

/** SEQ1 to SEQ8: from 0 in steps of one; with an argument they wrap around into negative numbers. */
function sequence(bytes: 1 | 2 | 4 | 8, digits: number): Rule {
  return rule(0, 1, (call) => {
    const signed = call.args[0] ? integerOf(call.args[0]) === 1 : false;
    const size = 2n ** BigInt(bytes * 8 - (signed ? 0 : 1));
    const row = rowNumber(call);
    const wrapped = bytes === 8 ? row : `(${row} % ${size})`;
    const half = size / 2n;
    const sql =
      signed && bytes < 8 ? `CASE WHEN ${wrapped} >= ${half} THEN ${wrapped} - ${size} ELSE ${wrapped} END` : wrapped;
    if (row.startsWith('(')) call.binder.frame.hasWindow = true;
    return typed(`CAST(${sql} AS DECIMAL(${digits},0))`, fixed(digits, 0), false);
  });
}

/** RANDOM([seed]): 64 bits with sign. With a seed the rows get the same numbers at each run. */
const random: Rule = rule(0, 1, (call) => {
  const seed = call.args[0];
  if (!seed) {
    return volatile(typed('CAST(sf_random() AS DECIMAL(19,0))', RANDOM_TYPE, false));
  }
  const constant = integerOf(seed);
  const value = constant === undefined ? integerArg(call, 0) : String(constant);
  const sql = `CAST(sf_seeded(CAST(${value} AS BIGINT), CAST(${rowNumber(call)} AS BIGINT)) AS DECIMAL(19,0))`;
  return volatile(typed(sql, RANDOM_TYPE, false));
});

/** Draws from a generator's number, which may differ at each use. */
function drawn(generator: Typed, work: (draw: string) => Typed): Typed {
  const value = withShort(generator, (short) => work(hugeOf(short)));
  return generator.isVolatile ? volatile(value) : value;
}

/** The number that a generator gives, as a whole one. */
function generatorArg(call: Call, index: number): Typed {
  const value = numberArg(call, index);
  return value.type.type === 'fixed' && (value.type.scale ?? 0) === 0
    ? value
    : cast(value, INTEGER, call.binder.settings);
}

/** UNIFORM(min, max, gen): an integer or a double between the two, drawn from the generator's number. */
const uniform: Rule = rule(3, 3, (call) => {
  const [low, high] = [numberArg(call, 0), numberArg(call, 1)];
  const isInteger = [low, high].every((end) => end.type.type === 'fixed' && (end.type.scale ?? 0) === 0);
  return drawn(generatorArg(call, 2), (draw) => {
    if (!isInteger) {
      const [a, b] = [realArg(call, 0).sql, realArg(call, 1).sql];
      return typed(`(${a} + sf_unit(${draw}) * (${b} - ${a}))`, REAL, false);
    }
    const digits = Math.max(low.type.precision ?? 38, high.type.precision ?? 38);
    const span = `greatest(${hugeOf(high)} - ${hugeOf(low)} + 1, 1)`;
    return typed(`CAST(${hugeOf(low)} + sf_draw(${draw}, ${span}) AS DECIMAL(${digits},0))`, fixed(digits, 0), false);
  });
});

/** NORMAL(mean, deviation, gen): Box and Muller's transformation of the generator's number. */
const normal: Rule = rule(3, 3, (call) => {
  const [mean, deviation] = [realArg(call, 0).sql, realArg(call, 1).sql];
  return drawn(generatorArg(call, 2), (draw) => typed(`(${mean} + ${deviation} * sf_normal(${draw}))`, REAL, false));
});

/** RANDSTR(length, gen): letters and digits. */
const randomText: Rule = rule(2, 2, (call) => {
  const length = `CAST(${integerArg(call, 0)} AS INTEGER)`;
  return drawn(generatorArg(call, 1), (draw) => typed(`sf_randstr(${length}, ${draw})`, text(), false));
});

/** UUID_STRING(): random; (namespace, name): version 5. */
const uuid: Rule = rule(0, 2, (call) => {
  if (call.args.length === 0) return volatile(typed('CAST(uuid() AS VARCHAR)', text(36), false));
  if (call.args.length === 1)
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  const parts = [arg(call, 0), arg(call, 1)].map((value) =>
    convert(value.sql, value.type, text(), 'cast', call.binder.settings),
  );
  return typed(`sf_uuid5(${parts.join(', ')})`, text(36), true);
});

/** HASH(...): 64 bits with sign, never NULL. The numbers are the sandbox's own. */
const hash: Rule = raw(1, 1000, (call) =>
  typed(`CAST(sf_hash(${hashed(call, expanded(call))}) AS DECIMAL(19,0))`, RANDOM_TYPE, false),
);

/** The arguments, with the columns that a star stands for. */
function expanded(call: Call): readonly Typed[] {
  const { binder } = call;
  return call.node.args.flatMap((argument, index) => {
    const node = rawArg(call, index);
    if (node.kind !== 'star') return [binder.bind(argument.value)];
    return argumentColumns(binder, node).map((column) => readColumn(binder.frame, column, column.name, node));
  });
}

/** Values as one text, so that equal numbers of different scales hash alike. */
function hashed(call: Call, values: readonly Typed[]): string {
  const parts = values.map((value) => {
    const json =
      value.constant?.kind === 'null'
        ? "'null'"
        : convert(equalityOf(value), value.type, VARIANT, 'cast', call.binder.settings);
    return `coalesce(${json}, 'null')`;
  });
  return parts.join(` || ${quoteText('\u001f')} || `);
}

function equalityOf(value: Typed): string {
  return value.type.type === 'timestamp_tz' ? `sf_tz_pack(${equalityKey(value)}, 0)` : value.sql;
}

const hashAggregate: Rule = {
  min: 1,
  max: 1000,
  isAggregate: true,
  isRaw: true,
  bind: (call) => {
    const rows = `sf_hash(${hashed(call, expanded(call))})`;
    // The count tells rows that stand there twice from none at all.
    const sql = `CAST(CAST(hash(coalesce(sum(CAST(${rows} AS HUGEINT)), 0)) % 9223372036854775807 AS BIGINT) * CASE WHEN count(*) = 0 THEN 0 ELSE 1 END AS DECIMAL(19,0))`;
    if (call.node.over) throw call.binder.translation.unsupported('HASH_AGG as a window function', call.node);
    return typed(sql, RANDOM_TYPE, false);
  },
};

const VARIANT = { type: 'variant', precision: null, scale: null, length: null } as const;

/** Generated data, hashes and identifiers. Source: docs, "Data generation functions", "Hash functions". */
export const randomRules: Rules = {
  SEQ1: sequence(1, 3),
  SEQ2: sequence(2, 5),
  SEQ4: sequence(4, 10),
  SEQ8: sequence(8, 19),
  RANDOM: random,
  UNIFORM: uniform,
  NORMAL: normal,
  RANDSTR: randomText,
  UUID_STRING: uuid,
  HASH: hash,
  HASH_AGG: hashAggregate,
};
