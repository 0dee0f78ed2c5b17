import type { Routine } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import type { Value } from '../evaluate.ts';
import type { RunNested } from '../scripting/block-data.ts';
import { oneValue, readRows } from '../scripting/rows.ts';
import { literalOf } from '../scripting/values.ts';
import type { Statement } from '../statement.ts';
import { parseType, quoteText, typeText } from '../types/index.ts';
import { MAX_TEXT, REAL, text, VARIANT } from '../types/type.ts';
import { prettyVariant } from '../types/variant-print.ts';
import { canonicalCell } from './cells.ts';
import type { ScriptRoutine } from './messages.ts';
import { ProcedureHost } from './procedure-host.ts';
import { scriptRoutine } from './routine.ts';
import type { ScriptSetting } from './statement-scripts.ts';

function settingOf(statement: Statement): ScriptSetting {
  return { zone: zoneOf(statement), nowMs: statement.startMs, signal: statement.signal, isNested: statement.depth > 0 };
}

function zoneOf(statement: Statement): string {
  return String(statement.parameter('TIMEZONE'));
}

/** Makes a function ready for a statement's queries: the number by which they call it. Throws SqlError 100131. */
export function openScript(statement: Statement, routine: ScriptRoutine): Promise<number> {
  const { scripts } = statement.account;
  return scripts.open(routine, settingOf(statement), (action) => statement.onEnd(action));
}

/**
 * CALL of a JavaScript procedure: runs it on a thread of its own and answers what it asks for. A transaction that it opens
 * must end within it. Source: docs, "Writing stored procedures in JavaScript", "Transactions" (scoped transactions).
 */
export async function callScript(
  statement: Statement,
  nested: RunNested,
  procedure: Routine,
  given: ReadonlyMap<string, Value>,
): Promise<EngineResult> {
  const { session } = statement;
  const routine = scriptRoutine(procedure);
  const scripts = statement.account.scripts.scripts(settingOf(statement));
  const outer = session.transaction;
  const host = new ProcedureHost(statement, nested, outer);
  let result: string | null;
  try {
    const row: (string | null)[] = [];
    for (const { name, type } of procedure.parameters) {
      row.push(await toScript(statement, nested, given.get(name) ?? { value: null, type }));
    }
    const site = await scripts.load(routine);
    result = await scripts.procedure(site, JSON.stringify(row), (asked) => host.answer(asked));
  } finally {
    await scripts.end();
    if (session.transaction !== outer && session.transaction !== null) {
      await session.rollback();
      host.isIncomplete = true;
    }
  }
  if (host.isIncomplete) {
    throw new SqlError(
      '090232',
      '55000',
      'Stored procedure execution error: Scoped transaction started in stored procedure is incomplete and it was rolled back.',
    );
  }
  const returns = parseType(procedure.returns);
  return oneValue(procedure.name, await fromScript(statement, nested, routine.returns, result, returns));
}

/** An argument as the prelude's `decode` reads it. */
async function toScript(statement: Statement, nested: RunNested, { value, type }: Value): Promise<string | null> {
  if (value === null) return null;
  switch (type.type) {
    case 'real':
      return value === 'NaN' ? 'nan' : value;
    case 'boolean':
      return value === '1' || value === 'true' ? 'true' : 'false';
    case 'date':
      return String(BigInt(value) * 86_400_000_000_000n);
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz': {
      const sql = `SELECT CAST((${literalOf({ value, type })}) AS TIMESTAMP_LTZ(3))`;
      const [[cell] = []] = await readRows(await nested(statement, sql));
      return (cell ?? '0').replace('.', '');
    }
    case 'variant':
    case 'object':
    case 'array':
      return canonicalCell(value);
    default:
      return value;
  }
}

/** What the prelude's `encode` has written, as a value of the declared type. */
async function fromScript(
  statement: Statement,
  nested: RunNested,
  kind: ScriptRoutine['returns'],
  value: string | null,
  type: SnowflakeType,
): Promise<Value> {
  if (value === null) return { value, type };
  const isPlain = kind === 'text' && (type.length ?? MAX_TEXT) >= value.length;
  if (isPlain) return { value, type };
  const isStructured =
    kind === 'variant' || (kind === 'object' ? value[0] === '{' : kind === 'array' && value[0] === '[');
  if (isStructured) return { value: prettyVariant(value, zoneOf(statement)), type };
  const [[cell = null] = []] = await readRows(
    await nested(statement, `SELECT CAST((${expressionOf(kind, value)}) AS ${typeText(type)})`),
  );
  return { value: cell, type };
}

function expressionOf(kind: ScriptRoutine['returns'], value: string): string {
  switch (kind) {
    case 'real':
      return literalOf({ value, type: REAL });
    case 'boolean':
      return value;
    case 'binary':
      return `TO_BINARY('${value}', 'HEX')`;
    case 'date':
    case 'moment':
      return `TO_TIMESTAMP_LTZ(${value}, 3)`;
    case 'object':
    case 'array':
      return literalOf({ value, type: VARIANT });
    default:
      return value.length > MAX_TEXT ? quoteText(value) : literalOf({ value, type: text() });
  }
}
