import type { BoundTable } from './bound-tables.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation } from './failures.ts';
import type { Expr } from './syntax/ast.ts';
import type { Sample } from './syntax/from-ast.ts';

/** SAMPLE and TABLESAMPLE: a share of the rows, or a number of them. SEED makes it the same at each run. */
export function sampleText(binder: ExpressionBinder, table: BoundTable, sample: Sample): BoundTable {
  const number = (expr: Expr): number => {
    const text = binder.constantText(expr);
    const value = Number(text);
    if (text === undefined || !Number.isFinite(value) || value < 0) {
      throw compilation('001003', '42000', 'SAMPLE needs a constant that is not negative', expr);
    }
    return value;
  };
  const seed = sample.seed ? ` REPEATABLE (${Math.floor(number(sample.seed))})` : '';
  let clause: string;
  if (sample.rows) clause = `reservoir(${Math.floor(number(sample.rows))} ROWS)`;
  else if (sample.percent) {
    const percent = number(sample.percent);
    if (percent > 100) {
      throw compilation('001003', '42000', 'SAMPLE takes a percentage from 0 to 100', sample.percent);
    }
    clause = `bernoulli(${percent} PERCENT)`;
  } else return table;
  return { ...table, sql: () => `${table.sql()} TABLESAMPLE ${clause}${seed}` };
}
