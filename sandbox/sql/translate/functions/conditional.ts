import { BOOLEAN, duckType, isSemiStructured, REAL } from '../../types/type.ts';
import { quotient } from '../arithmetic.ts';
import { asNumber, cast } from '../coerce.ts';
import { comparable, compare, equalityKey } from '../comparisons.ts';
import { invalidTypes } from '../failures.ts';
import { condition, unify } from '../operators.ts';
import { isNull, NULL, type Typed, typed } from '../typed.ts';
import {
  arg,
  booleanArg,
  type Call,
  nullable,
  numberArg,
  type Rule,
  type Rules,
  result,
  rule,
  takesStructured,
} from './rule.ts';

function unified(call: Call, values: readonly Typed[]): readonly Typed[] {
  return unify(values, call.binder.settings, call.name, call.node);
}

const coalesce: Rule = rule(1, 255, (call) => {
  const values = unified(call, call.args);
  const type = (values[0] ?? NULL).type;
  return typed(
    `coalesce(${values.map((value) => value.sql).join(', ')})`,
    type,
    values.every((value) => value.nullable),
  );
});

const iff: Rule = rule(3, 3, (call) => {
  const test = condition(arg(call, 0), call.binder.settings);
  const [yes = NULL, no = NULL] = unified(call, [arg(call, 1), arg(call, 2)]);
  return typed(`CASE WHEN ${test.sql} THEN ${yes.sql} ELSE ${no.sql} END`, yes.type, yes.nullable || no.nullable);
});

const nullIf: Rule = rule(2, 2, (call) => {
  const value = arg(call, 0);
  const equal = compare('=', value, arg(call, 1), call.binder.settings, call.node);
  return typed(`CASE WHEN ${equal.sql} THEN NULL ELSE ${value.sql} END`, value.type, true);
});

const nvl2: Rule = rule(3, 3, (call) => {
  const [some = NULL, none = NULL] = unified(call, [arg(call, 1), arg(call, 2)]);
  const sql = `CASE WHEN ${arg(call, 0).sql} IS NOT NULL THEN ${some.sql} ELSE ${none.sql} END`;
  return typed(sql, some.type, some.nullable || none.nullable);
});

/** DECODE finds NULL by NULL, other than CASE. */
const decode: Rule = rule(3, 255, (call) => {
  const [subject = NULL, ...rest] = call.args;
  const hasDefault = rest.length % 2 === 1;
  const pairs = Math.floor(rest.length / 2);
  const results: Typed[] = [];
  for (let i = 0; i < pairs; i++) results.push(rest[i * 2 + 1] ?? NULL);
  results.push(hasDefault ? (rest.at(-1) ?? NULL) : NULL);
  const values = unified(call, results);
  const branches = values.slice(0, -1).map((value, i) => {
    const search = rest[i * 2] ?? NULL;
    if (isNull(search)) return `WHEN ${subject.sql} IS NULL THEN ${value.sql}`;
    const [left, right] = comparable(subject, search, call.binder.settings, 'DECODE', call.node);
    return `WHEN ${equalityKey(left)} IS NOT DISTINCT FROM ${equalityKey(right)} THEN ${value.sql}`;
  });
  const last = values.at(-1) ?? NULL;
  return typed(`CASE ${branches.join(' ')} ELSE ${last.sql} END`, last.type, nullable(...values));
});

/** GREATEST and LEAST: NULL if any argument is NULL; the IGNORE_NULLS kind leaves those out. */
function extreme(word: 'greatest' | 'least', ignoresNulls: boolean): Rule {
  return rule(1, 255, (call) => {
    const values = unified(call, call.args);
    const type = (values[0] ?? NULL).type;
    const sqls = values.map((value) => value.sql);
    if (isSemiStructured(type)) throw call.binder.translation.unsupported(`${call.name} of VARIANT values`, call.node);
    const plain = `${word}(${sqls.join(', ')})`;
    if (ignoresNulls)
      return typed(
        plain,
        type,
        values.every((value) => value.nullable),
      );
    const missing = values.filter((value) => value.nullable).map((value) => `${value.sql} IS NULL`);
    if (missing.length === 0) return typed(plain, type, false);
    return typed(`CASE WHEN ${missing.join(' OR ')} THEN NULL ELSE ${plain} END`, type, true);
  });
}

const equalNull: Rule = rule(2, 2, (call) => {
  const [left, right] = comparable(arg(call, 0), arg(call, 1), call.binder.settings, call.name, call.node);
  return typed(`(${equalityKey(left)} IS NOT DISTINCT FROM ${equalityKey(right)})`, BOOLEAN, false);
});

/** BOOLAND and its like take numbers: anything but zero is true. */
function logical(text: (a: string, b: string) => string): Rule {
  return rule(2, 2, (call) => {
    const [a, b] = [booleanArg(call, 0), booleanArg(call, 1)];
    return typed(text(a.sql, b.sql), BOOLEAN, nullable(a, b));
  });
}

/** DIV0 and DIV0NULL: zero where the divisor is zero (or NULL). */
function div0(nullIsZero: boolean): Rule {
  return rule(2, 2, (call) => {
    const { settings } = call.binder;
    const [a, b] = [asNumber(arg(call, 0), settings), asNumber(arg(call, 1), settings)];
    const isZero = `${b.sql} = 0${nullIsZero ? ` OR ${b.sql} IS NULL` : ''}`;
    if (a.type.type === 'real' || b.type.type === 'real') {
      const [x, y] = [cast(a, REAL, settings), cast(b, REAL, settings)];
      return typed(
        `CASE WHEN ${isZero} THEN CASE WHEN ${a.sql} IS NOT NULL THEN 0.0::DOUBLE END ELSE ${x.sql} / ${y.sql} END`,
        REAL,
        nullable(a, b),
      );
    }
    const safe = quotient(a, { ...b, sql: `CASE WHEN ${isZero} THEN NULL ELSE ${b.sql} END` });
    const sql = `CASE WHEN ${isZero} THEN ${a.sql} * 0 ELSE ${safe.sql} END`;
    return typed(`CAST(${sql} AS ${duckType(safe.type)})`, safe.type, nullable(a, b));
  });
}

const toZero = (call: Call): Typed => {
  const value = numberArg(call, 0);
  return typed(`coalesce(${value.sql}, CAST(0 AS ${duckType(value.type)}))`, value.type, false);
};

/** Functions that choose. Source: docs, "Conditional expression functions". */
export const conditionalRules: Rules = {
  COALESCE: takesStructured(coalesce),
  NVL: takesStructured({ ...coalesce, min: 2, max: 2 }),
  IFNULL: takesStructured({ ...coalesce, min: 2, max: 2 }),
  NVL2: takesStructured(nvl2),
  IFF: takesStructured(iff),
  NULLIF: takesStructured(nullIf),
  DECODE: takesStructured(decode),
  GREATEST: extreme('greatest', false),
  LEAST: extreme('least', false),
  GREATEST_IGNORE_NULLS: extreme('greatest', true),
  LEAST_IGNORE_NULLS: extreme('least', true),
  EQUAL_NULL: takesStructured(equalNull),
  BOOLAND: logical((a, b) => `(${a} AND ${b})`),
  BOOLOR: logical((a, b) => `(${a} OR ${b})`),
  BOOLXOR: logical((a, b) => `(${a} <> ${b})`),
  BOOLNOT: rule(1, 1, (call) => {
    const value = booleanArg(call, 0);
    return typed(`(NOT ${value.sql})`, BOOLEAN, value.nullable);
  }),
  DIV0: div0(false),
  DIV0NULL: div0(true),
  ZEROIFNULL: rule(1, 1, toZero),
  NULLIFZERO: rule(1, 1, (call) => {
    const value = numberArg(call, 0);
    return typed(`nullif(${value.sql}, 0)`, value.type, true);
  }),
  IS_NULL_VALUE: rule(1, 1, (call) => {
    const value = arg(call, 0);
    if (!isSemiStructured(value.type) && !isNull(value)) throw invalidTypes(call.name, [value.type], call.node);
    return result(call, `(${value.sql} = 'null')`, BOOLEAN);
  }),
  REGR_VALX: rule(2, 2, (call) => {
    const [y, x] = [numberArg(call, 0), numberArg(call, 1)];
    return typed(`CASE WHEN ${y.sql} IS NOT NULL THEN ${x.sql} END`, x.type, true);
  }),
  REGR_VALY: rule(2, 2, (call) => {
    const [y, x] = [numberArg(call, 0), numberArg(call, 1)];
    return typed(`CASE WHEN ${x.sql} IS NOT NULL THEN ${y.sql} END`, y.type, true);
  }),
};
