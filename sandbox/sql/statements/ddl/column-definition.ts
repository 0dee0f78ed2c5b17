import type { Column, ColumnDefault, KeyConstraint } from '../../../catalog/model.ts';
import { SqlError } from '../../../engine.ts';
import type { SnowflakeType } from '../../contract.ts';
import { displayName, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { placeOf, tokenize } from '../../lexer.ts';
import { readName, readNames } from '../../names.ts';
import { IDENTITY } from '../../sequences.ts';
import type { Statement } from '../../statement.ts';
import { checkCollation, readType } from '../../types/index.ts';

type Key = Omit<KeyConstraint, 'createdMs' | 'name' | 'isSystemNamed'> & { readonly name: string | null };

/** One column of CREATE TABLE or ADD COLUMN, and the keys that stand beside it. */
export interface ColumnDefinition {
  readonly name: string;
  /** Null in `t(a, b) AS SELECT`, where the query gives the types. */
  readonly type: SnowflakeType | null;
  readonly nullable: boolean;
  readonly default: { readonly start: number; readonly end: number } | null;
  readonly identity: { readonly start: number; readonly step: number; readonly isOrdered: boolean } | null;
  readonly comment: string;
  readonly keys: readonly Key[];
}

/** A type at the reader's place; TIMESTAMP means what the session's TIMESTAMP_TYPE_MAPPING says. */
export function readColumnType(statement: Statement): SnowflakeType {
  const { reader } = statement;
  const mapping = String(statement.parameter('TIMESTAMP_TYPE_MAPPING'));
  const found = readType(reader.tokens, reader.position, asMapping(mapping));
  if (!found) {
    const token = reader.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw reader.unexpected();
    throw new SqlError(
      '002040',
      '42601',
      `SQL compilation error:\nUnsupported data type '${token.value}'.`,
      placeOf(token),
    );
  }
  reader.rewind(found.next);
  return found.type;
}

function asMapping(word: string): 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ' {
  return word === 'TIMESTAMP_LTZ' || word === 'TIMESTAMP_TZ' ? word : 'TIMESTAMP_NTZ';
}

/** Words that name no column in DDL though they may name other things. Source: docs, "Reserved & limited keywords". */
const NO_COLUMN = [
  ...['CONSTRAINT', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'CURRENT_USER', 'LOCALTIME', 'LOCALTIMESTAMP'],
];

/** Reads one column's definition, up to the comma or parenthesis behind it. */
export function readColumn(statement: Statement): ColumnDefinition {
  const { reader, session } = statement;
  if (reader.acceptOne(...NO_COLUMN)) throw reader.unexpected(reader.peek(-1));
  const name = readName(reader, session);
  let type = reader.at(',') || reader.at(')') ? null : readColumnType(statement);
  let nullable = true;
  let initial: ColumnDefinition['default'] = null;
  let identity: ColumnDefinition['identity'] = null;
  let comment = '';
  const keys: Key[] = [];
  for (;;) {
    if (reader.accept('NOT', 'NULL')) nullable = false;
    else if (reader.accept('NULL')) nullable = true;
    else if (reader.accept('DEFAULT')) initial = readDefault(statement);
    else if (reader.acceptOne('AUTOINCREMENT', 'IDENTITY')) identity = readIdentity(statement);
    else if (reader.accept('COMMENT')) {
      reader.accept('=');
      comment = reader.string();
    } else if (reader.at('AS') && reader.peek(1).value === '(') throw unsupported('virtual columns', reader.place);
    else if (reader.accept('COLLATE')) type = collated(type, reader.string());
    else if (
      reader.at('CONSTRAINT') ||
      reader.at('PRIMARY') ||
      reader.at('UNIQUE') ||
      reader.at('FOREIGN') ||
      reader.at('REFERENCES')
    ) {
      keys.push(readKey(statement, [name]));
    } else if (
      reader.at('WITH') ||
      reader.at('MASKING') ||
      reader.at('PROJECTION') ||
      reader.at('TAG') ||
      reader.at('CHECK')
    ) {
      throw unsupported(`${reader.peek().value} on a column`, reader.place);
    } else break;
  }
  if (!reader.at(',') && !reader.at(')') && !reader.atEnd) throw reader.unexpected();
  const isPrimary = keys.some(({ kind }) => kind === 'PRIMARY KEY');
  return { name, type, nullable: nullable && !isPrimary, default: initial, identity, comment, keys };
}

/** A text's type with a collation. Throws SqlError 000002 for one that the sandbox cannot follow. */
function collated(type: SnowflakeType | null, collation: string): SnowflakeType | null {
  if (collation === '' || collation.toLowerCase() === 'utf8') return type;
  checkCollation(collation);
  if (type?.type !== 'text') throw unsupported('COLLATE of what is no text');
  return { ...type, collation };
}

/** An expression up to the next property of the column. */
function readDefault({ reader }: Statement): { start: number; end: number } {
  const range = reader.expression(
    ',',
    'NOT',
    'NULL',
    'COMMENT',
    'CONSTRAINT',
    'PRIMARY',
    'UNIQUE',
    'REFERENCES',
    'COLLATE',
    'WITH',
    'MASKING',
    'AUTOINCREMENT',
    'IDENTITY',
  );
  // DEFAULT NULL is a default like any other.
  if (range.start === range.end && reader.at('NULL')) {
    const token = reader.next();
    return { start: token.start, end: token.end };
  }
  if (range.start === range.end) throw reader.unexpected();
  return range;
}

function readIdentity(statement: Statement): { start: number; step: number; isOrdered: boolean } {
  const { reader } = statement;
  let start = 1;
  let step = 1;
  if (reader.accept('(')) {
    start = reader.integer();
    reader.expect(',');
    step = reader.integer();
    reader.expect(')');
  }
  if (reader.accept('START')) {
    reader.acceptOne('WITH', '=');
    start = reader.integer();
  }
  if (reader.accept('INCREMENT')) {
    reader.acceptOne('BY', '=');
    step = reader.integer();
  }
  const order = reader.acceptOne('ORDER', 'NOORDER');
  return {
    start,
    step,
    isOrdered: order === undefined ? statement.parameter('NOORDER_SEQUENCE_AS_DEFAULT') !== true : order === 'ORDER',
  };
}

/** `[CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY ... REFERENCES t (...)`; `columns` where it stands beside a column. */
export function readKey(statement: Statement, columns: readonly string[] | null): Key {
  const { reader, session } = statement;
  const name = reader.accept('CONSTRAINT') ? readName(reader, session) : null;
  if (reader.accept('PRIMARY')) {
    reader.expect('KEY');
    const key: Key = { kind: 'PRIMARY KEY', name, columns: columns ?? readColumnNames(statement) };
    skipKeyProperties(statement);
    return key;
  }
  if (reader.accept('UNIQUE')) {
    const key: Key = { kind: 'UNIQUE', name, columns: columns ?? readColumnNames(statement) };
    skipKeyProperties(statement);
    return key;
  }
  if (reader.accept('FOREIGN')) reader.expect('KEY');
  const own = columns ?? readColumnNames(statement);
  reader.expect('REFERENCES');
  const parts = readNames(reader, session);
  const { schema } = new Finder(session, 'CREATE TABLE').locate(parts);
  const target = [schema.database.name, schema.name, parts.at(-1) ?? ''];
  const referenced = reader.at('(') ? readColumnNames(statement) : own;
  skipKeyProperties(statement);
  return { kind: 'FOREIGN KEY', name, columns: own, references: { parts: target, columns: referenced } };
}

function readColumnNames({ reader, session }: Statement): string[] {
  reader.expect('(');
  const names: string[] = [];
  do names.push(readName(reader, session));
  while (reader.accept(','));
  reader.expect(')');
  return names;
}

/** Snowflake keeps keys but enforces none, so their properties change nothing. */
function skipKeyProperties({ reader }: Statement): void {
  for (;;) {
    if (reader.accept('NOT', 'ENFORCED') || reader.accept('NOT', 'DEFERRABLE')) continue;
    if (reader.acceptOne('ENFORCED', 'DEFERRABLE', 'ENABLE', 'DISABLE', 'VALIDATE', 'NOVALIDATE', 'RELY', 'NORELY'))
      continue;
    if (reader.accept('INITIALLY')) reader.acceptOne('DEFERRED', 'IMMEDIATE');
    else if (reader.accept('MATCH')) reader.acceptOne('FULL', 'SIMPLE', 'PARTIAL');
    else if (reader.accept('ON')) {
      reader.acceptOne('UPDATE', 'DELETE');
      if (reader.accept('SET')) reader.acceptOne('NULL', 'DEFAULT');
      else if (reader.accept('NO')) reader.expect('ACTION');
      else reader.acceptOne('CASCADE', 'RESTRICT');
    } else return;
  }
}

/** The column as the catalog keeps it; an identity column gets its sequence. */
export async function makeColumn(
  statement: Statement,
  definition: ColumnDefinition,
  type: SnowflakeType,
): Promise<Column> {
  const { catalog } = statement.account;
  return {
    name: definition.name,
    duckName: catalog.duckName('c'),
    type,
    nullable: definition.nullable,
    default: await makeDefault(statement, definition),
    comment: definition.comment,
  };
}

async function makeDefault(statement: Statement, definition: ColumnDefinition): Promise<ColumnDefault | null> {
  if (definition.identity) return makeIdentity(statement, definition.identity);
  if (!definition.default) return null;
  const text = statement.reader.slice(definition.default).trim();
  return sequenceDefault(statement, text) ?? { text: shown(text), expression: text };
}

/** An expression as DESCRIBE prints it: words in upper case. */
function shown(text: string): string {
  let out = '';
  let at = 0;
  for (const token of tokenize(text)) {
    out += text.slice(at, token.start) + (token.kind === 'word' ? token.value : token.text);
    at = token.end;
  }
  return out;
}

async function makeIdentity(
  statement: Statement,
  { start, step, isOrdered }: { start: number; step: number; isOrdered: boolean },
): Promise<ColumnDefault> {
  const { catalog } = statement.account;
  const duckSequence = catalog.duckName('s');
  await createDuckSequence(statement, duckSequence, start, step);
  return {
    text: `IDENTITY START ${start} INCREMENT ${step} ${isOrdered ? 'ORDER' : 'NOORDER'}`,
    expression: `"${IDENTITY}"."${duckSequence}".NEXTVAL`,
    identity: { duckSequence, start, step, isOrdered },
  };
}

export async function createDuckSequence(
  statement: Statement,
  name: string,
  start: number,
  step: number,
): Promise<void> {
  if (step === 0)
    throw new SqlError('002042', '22023', "SQL compilation error:\nInvalid value [0] for parameter 'INCREMENT'");
  const limits =
    step > 0 ? `MINVALUE ${Math.min(start, 1)}` : `MINVALUE -9223372036854775807 MAXVALUE ${Math.max(start, -1)}`;
  await statement.account.catalog.duck.run(`CREATE SEQUENCE "${name}" START ${start} INCREMENT ${step} ${limits}`);
}

/** `seq.NEXTVAL` with the sequence's whole name, as DESCRIBE prints it; undefined for any other default. */
function sequenceDefault(statement: Statement, text: string): ColumnDefault | undefined {
  const match = /^((?:[A-Za-z_][\w$]*|"(?:[^"]|"")+")(?:\.(?:[A-Za-z_][\w$]*|"(?:[^"]|"")+"))*)\.NEXTVAL$/i.exec(text);
  if (!match?.[1]) return undefined;
  const parts = match[1].split('.').map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toUpperCase()));
  const finder = new Finder(statement.session, 'CREATE TABLE');
  const sequence = finder.object(parts, 'Sequence', (schema) => schema.sequences);
  const full = [sequence.schema.database.name, sequence.schema.name, sequence.name].map(displayName).join('.');
  return { text: `${full}.NEXTVAL`, expression: `${full}.NEXTVAL` };
}
