import type { Routine } from '../../../catalog/model.ts';
import { type EngineResult, SqlError } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { checkScript } from '../../javascript/routine.ts';
import { readName } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { parseType, typeText } from '../../types/index.ts';
import { bareType } from '../../types/type.ts';
import { temporaryRoutineKey } from '../../user-functions.ts';
import { readColumnType } from './column-definition.ts';
import { type CreateHeader, created, keptAsItWas, readNewName } from './header.ts';

/** CREATE [OR REPLACE] FUNCTION | PROCEDURE name(arguments) RETURNS type LANGUAGE SQL AS 'body'. Other languages are refused. */
export async function createRoutine(
  statement: Statement,
  header: CreateHeader,
  kind: Routine['kind'],
): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement);
  const { schema, name } = new Finder(session, `CREATE ${kind}`).locate(parts);
  if (!session.access.mayCreateIn(schema, kind)) throw insufficientPrivileges('schema', schema.name);
  const parameters = readParameters(statement);
  const isTemporary = ['TEMPORARY', 'TEMP'].some((word) => header.modifiers.has(word));
  const { sessionId } = session.start;
  const plainKey = `${name}(${parameters.map(({ type }) => typeText(type).replace(/\(.*$/, '')).join(', ')})`;
  const key = isTemporary ? temporaryRoutineKey(sessionId, plainKey) : plainKey;
  if (schema.routines.has(key)) {
    if (ifNotExists) return keptAsItWas(name);
    if (!header.orReplace) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  }
  const others = [...schema.routines].filter(([known]) => known !== key).map(([, routine]) => routine);
  refuseAmbiguous(
    others.filter((one) => one.kind === kind && one.name === name),
    { kind, name, parameters },
  );
  const { returns, isTable } = readReturns(statement);
  const properties = readProperties(statement);
  const { language } = properties;
  if (language !== 'SQL' && language !== 'JAVASCRIPT')
    throw unsupported(`${kind === 'FUNCTION' ? 'functions' : 'procedures'} in ${language}`);
  if (language === 'JAVASCRIPT') {
    if (isTable && kind === 'PROCEDURE') throw unsupported('procedures in JAVASCRIPT that return a table');
    checkScript(name, parameters, isTable ? null : parseType(returns));
  }
  reader.expect('AS');
  const body = reader.peek().kind === 'string' ? reader.string() : reader.rest().trimStart();
  reader.expectEnd();
  schema.routines.set(key, {
    ...account.catalog.owned(name, session.role, properties.comment),
    kind,
    id: account.catalog.nextId(),
    schema,
    parameters,
    returns,
    isTable,
    body,
    language,
    executeAs: properties.executeAs,
    isStrict: properties.isStrict,
    isImmutable: properties.isImmutable,
    temporaryOf: isTemporary ? sessionId : null,
  });
  if (isTemporary) session.temporaryRoutines.add(() => schema.routines.delete(key));
  return created('Function', name);
}

/** Overloads must not differ by optional arguments alone: 000949. Source: docs, "Defining arguments for UDFs and stored procedures". */
function refuseAmbiguous(
  others: readonly Routine[],
  { kind, name, parameters }: Pick<Routine, 'kind' | 'name' | 'parameters'>,
): void {
  const lists = (all: Routine['parameters']): string[] => {
    const required = all.filter((parameter) => parameter.default === undefined).length;
    const types = all.map(({ type }) => bareType(type));
    return types
      .concat('')
      .map((_, count) => types.slice(0, count).join(', '))
      .slice(required);
  };
  const own = lists(parameters);
  const isOptional = (all: Routine['parameters']) => all.some((parameter) => parameter.default !== undefined);
  const clash = others.find(
    (other) =>
      (isOptional(other.parameters) || isOptional(parameters)) &&
      lists(other.parameters).some((list) => own.includes(list)),
  );
  if (!clash || clash.temporaryOf !== null) return;
  const message = `Cannot overload ${kind} '${name}' as it would cause ambiguous ${kind} overloading.`;
  throw new SqlError('000949', '42723', `SQL compilation error:\n${message}`);
}

function readParameters(statement: Statement): Routine['parameters'] {
  const { reader, session } = statement;
  const parameters: { name: string; type: Routine['parameters'][number]['type']; default?: string }[] = [];
  reader.expect('(');
  while (!reader.at(')')) {
    reader.acceptOne('IN', 'INPUT');
    const name = readName(reader, session);
    if (reader.at('OUT') || reader.at('OUTPUT')) throw unsupported('OUT arguments', reader.place);
    const type = readColumnType(statement);
    const initial = reader.accept('DEFAULT') ? reader.slice(reader.expression(',')) : undefined;
    parameters.push({ name, type, ...(initial === undefined ? {} : { default: initial }) });
    if (!reader.accept(',')) break;
  }
  reader.expect(')');
  return parameters;
}

function readReturns(statement: Statement): { returns: string; isTable: boolean } {
  const { reader } = statement;
  reader.accept('COPY', 'GRANTS');
  reader.expect('RETURNS');
  if (reader.accept('TABLE')) {
    const range = reader.parenthesised();
    return { returns: `TABLE (${reader.slice(range)})`, isTable: true };
  }
  const returns = typeText(readColumnType(statement));
  reader.accept('NOT', 'NULL');
  return { returns, isTable: false };
}

type Properties = Pick<Routine, 'language' | 'comment' | 'executeAs' | 'isStrict' | 'isImmutable'>;

function readProperties({ reader }: Statement): Properties {
  let language = 'SQL';
  let isStrict = false;
  let isImmutable = false;
  let comment = '';
  let executeAs: Routine['executeAs'] = 'OWNER';
  while (!reader.at('AS') && !reader.atEnd) {
    if (reader.accept('LANGUAGE')) language = reader.identifier();
    else if (reader.accept('STRICT') || reader.accept('RETURNS', 'NULL', 'ON', 'NULL', 'INPUT')) isStrict = true;
    else if (reader.accept('IMMUTABLE')) isImmutable = true;
    else if (reader.accept('COMMENT', '=')) comment = reader.string();
    else if (reader.accept('EXECUTE', 'AS'))
      executeAs = reader.acceptOne('CALLER', 'OWNER', 'RESTRICTED') === 'OWNER' ? 'OWNER' : 'CALLER';
    else if (reader.at('RUNTIME_VERSION') || reader.at('PACKAGES') || reader.at('HANDLER') || reader.at('IMPORTS')) {
      throw unsupported(`routines with ${reader.peek().value}`, reader.place);
    } else reader.next();
  }
  return { language, comment, executeAs, isStrict, isImmutable };
}
