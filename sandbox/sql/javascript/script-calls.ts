import {
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { SqlError } from '../../engine.ts';
import type { LateResults } from '../duck.ts';
import { type Definition, raised } from '../functions/define.ts';
import { itemsOf } from '../types/vector-items.ts';
import type { ScriptRoutine } from './messages.ts';
import type { ScriptThreads } from './script-threads.ts';
import { PENDING, type ScriptSetting, type ScriptSite, StatementScripts } from './statement-scripts.ts';

/**
 * The scripts that DuckDB can call, by the numbers that translated text names: `sf_js(number, arguments)` for a scalar
 * function's results, `sf_js_rows(number, arguments of a partition, constants)` for the rows of a table function.
 */
export class ScriptCalls implements LateResults {
  private readonly sites = new Map<number, ScriptSite>();
  private readonly statements = new Map<AbortSignal, StatementScripts>();
  private last = 0;

  constructor(private readonly threads: ScriptThreads) {}

  /** The functions to register in DuckDB. */
  readonly definitions: readonly Definition[] = [
    this.define('sf_js', [INTEGER, VARCHAR], VARCHAR, (site, number, [rows]) => {
      const texts = rows as readonly (string | null)[];
      return site.scripts.scalar(
        site,
        number,
        texts.map((row) => row ?? '[]'),
      );
    }),
    this.define(
      'sf_js_rows',
      [INTEGER, LIST(VARCHAR), VARCHAR],
      LIST(VARCHAR),
      (site, number, [partitions, constants]) =>
        (partitions ?? []).map((partition, index) => {
          if (partition === null) return null;
          const rows = (partition as { items: readonly unknown[] }).items.map(String);
          const known = JSON.parse(String(constants?.[index])) as (readonly (string | null)[])[];
          const given = known.map(([value]) => value);
          const made = site.scripts.table(site, number, rows, given);
          return made === null ? null : listValue([...made]);
        }),
    ),
  ];

  /**
   * Makes a routine ready for a statement and gives its number, which holds until `atEnd` acts. Statements inside one
   * another, which share their signal, share a thread.
   */
  async open(routine: ScriptRoutine, setting: ScriptSetting, atEnd: (action: () => void) => void): Promise<number> {
    let scripts = this.statements.get(setting.signal);
    if (!scripts) {
      const made = this.scripts(setting);
      scripts = made;
      this.statements.set(setting.signal, made);
      atEnd(() => {
        this.statements.delete(setting.signal);
        void made.end();
      });
    }
    const site = await scripts.load(routine);
    this.last += 1;
    const number = this.last;
    this.sites.set(number, site);
    atEnd(() => this.sites.delete(number));
    return number;
  }

  /** Scripts of their own, which the caller ends. */
  scripts(setting: ScriptSetting): StatementScripts {
    this.last += 1;
    return new StatementScripts(this.last, this.threads, setting);
  }

  /** See LateResults. */
  async settle(error: unknown, rehearse: () => Promise<unknown>): Promise<boolean> {
    const id = PENDING.exec(error instanceof Error ? error.message : String(error))?.[1];
    const scripts = [...this.statements.values()].find((one) => one.id === Number(id));
    if (!scripts) return false;
    await scripts.settle(rehearse);
    return true;
  }

  private define(
    name: string,
    parameterTypes: readonly DuckDBType[],
    returnType: DuckDBType,
    body: (site: ScriptSite, number: number, args: readonly (readonly unknown[])[]) => readonly unknown[],
  ): Definition {
    return (connection) => {
      connection.registerScalarFunction(
        DuckDBScalarFunction.create({
          name,
          parameterTypes,
          returnType,
          specialHandling: true,
          // A script may answer otherwise each time, and is asked for rows that are wanted, no others.
          volatile: true,
          mainFunction: (_info, input, output) => {
            const { rowCount } = input;
            const columns = parameterTypes.map((_, index) => {
              const item = itemsOf(input.getColumnVector(index), rowCount);
              return Array.from({ length: rowCount }, (_unused, row) => item(row) ?? null);
            });
            const [numbers = [], ...args] = columns;
            const number = Number(numbers[0]);
            const site = this.sites.get(number);
            if (!site) throw new Error('a script is called after its statement');
            try {
              for (const [row, value] of body(site, number, args).entries()) output.setItem(row, value as DuckDBValue);
            } catch (error) {
              if (error instanceof SqlError) throw raised(error.code, error.sqlState, error.message);
              throw error;
            }
            output.flush();
          },
        }),
      );
    };
  }
}
