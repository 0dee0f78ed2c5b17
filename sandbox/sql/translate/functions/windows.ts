import { fixed, INTEGER, REAL } from '../../types/type.ts';
import { quotient } from '../arithmetic.ts';
import { cast } from '../coerce.ts';
import { equalityKey } from '../comparisons.ts';
import { compilation } from '../failures.ts';
import { condition } from '../operators.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, integerArg, over, type Rule, type Rules, summand, takesStructured } from './rule.ts';

function window(min: number, max: number, bind: (call: Call) => Typed): Rule {
  return { min, max, bind, isWindow: true };
}

function needsOrder(call: Call): void {
  if (call.node.over && call.node.over.orderBy.length === 0) {
    throw compilation(
      '002303',
      '42601',
      `Window function type [${call.name}] requires ORDER BY in window specification`,
      call.node,
    );
  }
}

/** ROW_NUMBER, RANK, DENSE_RANK: NUMBER(18,0). */
function ranking(duckName: string): Rule {
  return window(0, 0, (call) => {
    needsOrder(call);
    return typed(`CAST(${duckName}()${over(call)} AS DECIMAL(18,0))`, fixed(18, 0), false);
  });
}

/** PERCENT_RANK, CUME_DIST: DOUBLE. */
function share(duckName: string): Rule {
  return window(0, 0, (call) => {
    needsOrder(call);
    return typed(`${duckName}()${over(call)}`, REAL, false);
  });
}

const ntile: Rule = window(1, 1, (call) => {
  needsOrder(call);
  const buckets = integerOf(arg(call, 0));
  if (buckets !== undefined && buckets < 1)
    throw compilation('001044', '42P13', 'NTILE needs at least one bucket', call.node);
  return typed(`CAST(ntile(${integerArg(call, 0)})${over(call)} AS DECIMAL(18,0))`, fixed(18, 0), true);
});

function ignoreNulls(call: Call): string {
  return call.node.nulls === 'ignore' ? ' IGNORE NULLS' : '';
}

/** LAG and LEAD: value, places, default. */
function shift(duckName: 'lag' | 'lead'): Rule {
  return window(1, 3, (call) => {
    needsOrder(call);
    const value = arg(call, 0);
    const places = call.args.length > 1 ? arg(call, 1) : undefined;
    const count = places ? signed(places) : 1;
    if (count === undefined) {
      throw call.binder.translation.unsupported(`${call.name} by a number of rows that is not constant`, call.node);
    }
    const other = call.args.length > 2 ? `, ${cast(arg(call, 2), value.type, call.binder.settings).sql}` : '';
    const sql = `${duckName}(${value.sql}, ${count}${other}${ignoreNulls(call)})${over(call)}`;
    return typed(sql, value.type, true);
  });
}

function signed(value: Typed): number | undefined {
  return integerOf(value);
}

/** FIRST_VALUE and LAST_VALUE see the whole partition unless a frame is given. */
function edge(duckName: string): Rule {
  return window(1, 1, (call) => {
    const value = arg(call, 0);
    return typed(`${duckName}(${value.sql}${ignoreNulls(call)})${over(call, true)}`, value.type, true);
  });
}

/** The call with its window read from the other end: FROM LAST. */
function backwards(call: Call): Call {
  const spec = call.node.over;
  if (!spec) return call;
  const orderBy = spec.orderBy.map((item) => ({
    ...item,
    isDescending: !item.isDescending,
    nullsFirst: !(item.nullsFirst ?? item.isDescending),
  }));
  const turned = { preceding: 'following', following: 'preceding' } as const;
  const bound = <T extends { readonly kind: string }>(one: T): T => ({
    ...one,
    kind: one.kind.replace(/preceding|following/i, (word) => {
      const other = turned[word.toLowerCase() as keyof typeof turned];
      return word === word.toUpperCase() ? other.toUpperCase() : other;
    }),
  });
  const frame = spec.frame && { ...spec.frame, from: bound(spec.frame.to), to: bound(spec.frame.from) };
  return { ...call, node: { ...call.node, over: { ...spec, orderBy, ...(frame ? { frame } : {}) } } };
}

const nthValue: Rule = window(2, 2, (call) => {
  const value = arg(call, 0);
  const n = integerArg(call, 1);
  const window = over(call.node.fromLast ? backwards(call) : call, true);
  return typed(`nth_value(${value.sql}, ${n}${ignoreNulls(call)})${window}`, value.type, true);
});

const ratio: Rule = window(1, 1, (call) => {
  const value = summand(call, arg(call, 0));
  if (value.type.type === 'real') {
    return typed(`(${value.sql} / nullif(sum(${value.sql})${over(call)}, 0))`, REAL, true);
  }
  const scale = value.type.scale ?? 0;
  const total = typed(
    `nullif(CAST(sum(${value.sql})${over(call)} AS DECIMAL(38,${scale})), 0)`,
    fixed(38, scale),
    true,
  );
  return { ...quotient(value, total), nullable: true };
});

/** Counts the rows so far at which a condition held, or at which a value changed. */
const trueEvent: Rule = window(1, 1, (call) => {
  needsOrder(call);
  const test = condition(arg(call, 0), call.binder.settings);
  return typed(`CAST(count(CASE WHEN ${test.sql} THEN 1 END)${runningRows(call)} AS DECIMAL(38,0))`, INTEGER, false);
});

/** How often the value has changed up to the row; NULL is no change. The values so far are gathered and compared. */
const changeEvent: Rule = window(1, 1, (call) => {
  needsOrder(call);
  const key = equalityKey(arg(call, 0));
  const values = `list(${key}) FILTER (WHERE ${key} IS NOT NULL)${runningRows(call)}`;
  const changes = `list_transform([${values}], lambda l: len(list_filter(range(1, len(l)), lambda i: l[i] <> l[i + 1])))[1]`;
  return typed(`CAST(coalesce(${changes}, 0) AS DECIMAL(38,0))`, INTEGER, false);
});

/** Rows up to this one, in the window's order. */
function runningRows(call: Call): string {
  const text = over(call);
  return call.node.over?.frame ? text : `${text.slice(0, -1)} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
}

/** Window functions proper. Source: docs, "Window functions". */
export const windowRules: Rules = {
  ROW_NUMBER: ranking('row_number'),
  RANK: ranking('rank'),
  DENSE_RANK: ranking('dense_rank'),
  PERCENT_RANK: share('percent_rank'),
  CUME_DIST: share('cume_dist'),
  NTILE: ntile,
  LAG: takesStructured(shift('lag')),
  LEAD: takesStructured(shift('lead')),
  FIRST_VALUE: takesStructured(edge('first_value')),
  LAST_VALUE: takesStructured(edge('last_value')),
  NTH_VALUE: takesStructured(nthValue),
  RATIO_TO_REPORT: ratio,
  CONDITIONAL_TRUE_EVENT: trueEvent,
  CONDITIONAL_CHANGE_EVENT: changeEvent,
};
