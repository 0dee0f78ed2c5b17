import type { Routine } from '../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { displayNames, unsupported } from '../errors.ts';
import { evaluate, type Value } from '../evaluate.ts';
import { callScript } from '../javascript/procedure.ts';
import { tokenize } from '../lexer.ts';
import { readNames } from '../names.ts';
import { chooseOverload } from '../overloads.ts';
import { isSymbol, TokenReader } from '../reader.ts';
import { KIND, plainResult, textColumn } from '../results.ts';
import { opensBlock, readBlock } from '../scripting/block.ts';
import type { RunNested } from '../scripting/block-data.ts';
import { oneValue, readRows } from '../scripting/rows.ts';
import { BlockRun } from '../scripting/run.ts';
import { bindNames, bindPlaceholders, literalOf } from '../scripting/values.ts';
import type { Statement } from '../statement.ts';
import { systemFunction } from '../system-functions.ts';
import { KNOWN_UNSUPPORTED } from '../translate/functions/registry.ts';
import { isCoercible, isStructured, sameType, typeText } from '../types/index.ts';
import { parseType } from '../types/parse.ts';
import { findRoutines } from '../user-functions.ts';

/** An anonymous block: [DECLARE ...] BEGIN ... END. */
export async function anonymousBlock(statement: Statement, nested: RunNested): Promise<EngineResult> {
  const { reader } = statement;
  const block = readBlock(reader);
  reader.expectEnd();
  return new BlockRun(statement, reader.text, 'anonymous block', nested).run(block);
}

/** EXECUTE IMMEDIATE 'text' | $variable [USING (values)]. */
export async function executeImmediate(statement: Statement, nested: RunNested): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('EXECUTE');
  if (!reader.accept('IMMEDIATE')) throw unsupported(`EXECUTE ${reader.peek().value}`, reader.place);
  if (reader.accept('FROM')) throw unsupported('EXECUTE IMMEDIATE FROM a file', reader.place);
  const token = reader.next();
  let text: string;
  if (token.kind === 'string') text = token.value;
  else if (token.kind === 'variable') {
    const value = session.variables.get(token.value)?.value;
    if (value === undefined || value === null) throw reader.unexpected(token);
    text = value;
  } else throw reader.unexpected(token);
  if (reader.accept('USING')) {
    const values = await evaluate(statement, wholeParenthesis(reader));
    text = bindPlaceholders(text, values);
  }
  reader.expectEnd();
  return nested(statement, text);
}

function wholeParenthesis(reader: TokenReader): { start: number; end: number } {
  const { start, end } = reader.parenthesised();
  return { start: start - 1, end: end + 1 };
}

/** CALL procedure(arguments). The procedure's body runs in the caller's session. */
export async function call(statement: Statement, nested: RunNested): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('CALL');
  const parts = readNames(reader, session);
  const range = wholeParenthesis(reader);
  if (reader.at('INTO')) throw unsupported('CALL ... INTO', reader.place);
  reader.expectEnd();
  const { names, values } = await readArguments(statement, range);
  const [name = ''] = parts;
  if (parts.length === 1 && name.startsWith('SYSTEM$')) {
    const text = await systemFunction(
      statement,
      name,
      values.map(({ value }) => value),
    );
    if (text !== undefined) return plainResult(KIND.select, [textColumn(name)], [[text]]);
    if (KNOWN_UNSUPPORTED.has(name)) throw unsupported(`the function ${name}`);
  }
  const procedure = procedureFor(session, parts, names, values);
  const given = await argumentsFor(statement, nested, procedure, names, values);
  const isRestricted = procedure.executeAs === 'OWNER';
  const runner: RunNested = (outer, sql, binds) => {
    if (isRestricted) refuseContext(sql);
    return nested(outer, sql, binds);
  };
  if (procedure.language === 'JAVASCRIPT') return callScript(statement, runner, procedure, given);
  const bodyReader = new TokenReader(procedure.body);
  if (!opensBlock(bodyReader)) return runner(statement, bindNames(procedure.body, given));
  const block = readBlock(bodyReader);
  const result = await new BlockRun(statement, bodyReader.text, procedure.name, runner, given).run(block);
  return procedure.isTable ? result : returned(statement, nested, procedure, result);
}

/** The procedure that a call means, among those of its name. Throws SqlError 002141, 000002 where it is open which. */
function procedureFor(
  session: Statement['session'],
  parts: readonly string[],
  names: readonly string[],
  values: readonly Value[],
): Routine {
  const asked = values.map((_, index) => names[index]);
  const found = findRoutines(session, parts, asked, 'PROCEDURE');
  // A NULL that is a text may as well have no type.
  const types = values.map(({ value, type }) => (value === null && type.type === 'text' ? null : type));
  const procedure = found.length === 1 ? found[0] : chooseOverload(found, asked, types);
  const shown = () => values.map(({ type }) => typeText(type).replace(/\(16777216\)$/, '')).join(', ');
  if (procedure === 'ambiguous') {
    throw unsupported(`the choice between overloads of ${displayNames(parts)} for (${shown()})`);
  }
  if (procedure) return procedure;
  throw new SqlError(
    '002141',
    '42601',
    `SQL compilation error:\nUnknown user-defined procedure ${displayNames(parts)}(${shown()}).`,
  );
}

/** What a block returned, in the type that the procedure declares. */
async function returned(
  statement: Statement,
  nested: RunNested,
  { name, returns }: Routine,
  result: EngineResult,
): Promise<EngineResult> {
  const rows = await readRows(result);
  const [column] = result.columns;
  if (!column || rows.length !== 1) throw unsupported('RETURN TABLE of a procedure that declares no table');
  const value: Value = { value: rows[0]?.[0] ?? null, type: column };
  if (isOfType(value, parseType(returns))) return oneValue(name, value);
  const cast = await nested(statement, `SELECT CAST((${literalOf(value)}) AS ${returns})`);
  return oneValue(name, { value: (await readRows(cast))[0]?.[0] ?? null, type: cast.columns[0] ?? column });
}

/** What a call gives a procedure's parameters, each in the type that it is declared with; what is not given is its default. */
async function argumentsFor(
  statement: Statement,
  nested: RunNested,
  { name, parameters }: Routine,
  names: readonly string[],
  values: readonly Value[],
): Promise<ReadonlyMap<string, Value>> {
  const given = new Map<string, Value>();
  const converted: { readonly parameter: Routine['parameters'][number]; readonly text: string }[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const value = values[names.length > 0 ? names.indexOf(parameter.name) : index];
    if (!value && parameter.default === undefined) throw missingArgument(parameter.name, name);
    if (value) refuseUncast(name, value, parameter.type);
    if (value && isOfType(value, parameter.type)) given.set(parameter.name, value);
    else converted.push({ parameter, text: value ? literalOf(value) : (parameter.default ?? 'NULL') });
  }
  if (converted.length === 0) return given;
  const casts = converted.map(({ parameter, text }) => `CAST((${text}) AS ${typeText(parameter.type)})`);
  const result = await nested(statement, `SELECT ${casts.join(', ')}`);
  const [row] = await readRows(result);
  converted.forEach(({ parameter }, index) => {
    const type = result.columns[index] ?? parameter.type;
    given.set(parameter.name, { value: row?.[index] ?? null, type });
  });
  return given;
}

/** A structured value is never made of a semi-structured one, nor the other way, without a cast. */
function refuseUncast(name: string, { value, type }: Value, declared: SnowflakeType): void {
  if (value === null || !(isStructured(type) || isStructured(declared)) || isCoercible(type, declared)) return;
  throw new SqlError(
    '001044',
    '42P13',
    `SQL compilation error:\nInvalid argument types for function '${name}': (${typeText(type)})`,
  );
}

function isOfType({ type }: Value, declared: SnowflakeType): boolean {
  if (isStructured(type) || isStructured(declared)) return sameType(type, declared);
  return type.type === declared.type && (type.type !== 'fixed' || type.scale === declared.scale);
}

/** The arguments of a call: all by place, or all by name. */
async function readArguments(
  statement: Statement,
  range: { start: number; end: number },
): Promise<{ names: readonly string[]; values: readonly Value[] }> {
  const inside = statement.reader.text.slice(range.start + 1, range.end - 1);
  const reader = new TokenReader(inside);
  if (reader.atEnd) return { names: [], values: [] };
  if (!isSymbol(reader.peek(1), '=>')) return { names: [], values: await evaluate(statement, range) };
  const names: string[] = [];
  const values: Value[] = [];
  do {
    names.push(reader.identifier());
    reader.expect('=>');
    const { start, end } = reader.expression(',');
    const first = range.start + 1;
    values.push(...(await evaluate(statement, { start: first + start, end: first + end })));
  } while (reader.accept(','));
  reader.expectEnd();
  return { names, values };
}

function missingArgument(name: string, procedure: string): SqlError {
  return new SqlError('000938', '22023', `SQL compilation error:\nmissing argument ${name} of procedure ${procedure}`);
}

/** A procedure with its owner's rights changes nothing of the caller's session. */
function refuseContext(sql: string): void {
  const [first, second] = tokenize(sql);
  const isContext = ['USE', 'SET', 'UNSET'].some((word) => isSymbol(first, word));
  if (isContext || (isSymbol(first, 'ALTER') && isSymbol(second, 'SESSION'))) {
    throw new SqlError(
      '090236',
      '42601',
      `Stored procedure execution error: Unsupported statement type '${first?.value === 'ALTER' ? 'ALTER_SESSION' : first?.value}'.`,
    );
  }
}
