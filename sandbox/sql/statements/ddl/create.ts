import { type EngineResult, SqlError } from '../../../engine.ts';
import { type Place, unsupported } from '../../errors.ts';
import { createStage } from '../../stages/create-stage.ts';
import type { Statement } from '../../statement.ts';
import { createDatabase, createSchema } from './create-containers.ts';
import { createFileFormat, createRole, createSequence, createWarehouse } from './create-others.ts';
import { createRoutine } from './create-routine.ts';
import { createTable } from './create-table.ts';
import { createView } from './create-view.ts';
import type { CreateHeader } from './header.ts';
import { createUser } from './users.ts';

type Creator = (statement: Statement, header: CreateHeader) => Promise<EngineResult>;

const KINDS: Readonly<Record<string, Creator>> = {
  TABLE: createTable,
  VIEW: createView,
  DATABASE: createDatabase,
  SCHEMA: createSchema,
  SEQUENCE: createSequence,
  WAREHOUSE: createWarehouse,
  ROLE: createRole,
  USER: createUser,
  STAGE: createStage,
  FUNCTION: (statement, header) => createRoutine(statement, header, 'FUNCTION'),
  PROCEDURE: (statement, header) => createRoutine(statement, header, 'PROCEDURE'),
};

const MODIFIERS = [
  'LOCAL',
  'GLOBAL',
  'TEMPORARY',
  'TEMP',
  'VOLATILE',
  'TRANSIENT',
  'SECURE',
  'RECURSIVE',
  'MATERIALIZED',
] as const;

/** OR REPLACE and IF NOT EXISTS exclude each other. Source: docs, usage notes of "CREATE TABLE" and alike. */
function incompatible(at: Place): SqlError {
  const message = 'SQL compilation error:\noptions IF NOT EXISTS and OR REPLACE are incompatible.';
  return new SqlError('001003', '42000', message, at);
}

/** CREATE [OR REPLACE] [modifiers] kind ... */
export async function create(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('CREATE');
  const orReplace = reader.accept('OR', 'REPLACE');
  const modifiers = new Set<string>();
  // Snowpark's word for what ends with the procedure that makes it, and elsewhere with the session.
  const isScoped = (reader.at('SCOPED', 'TEMP') || reader.at('SCOPED', 'TEMPORARY')) && reader.accept('SCOPED');
  if (isScoped && statement.depth > 0) throw unsupported('CREATE SCOPED inside of another statement', reader.place);
  for (let word = reader.acceptOne(...MODIFIERS); word; word = reader.acceptOne(...MODIFIERS)) modifiers.add(word);
  const header: CreateHeader = { orReplace, modifiers };
  if (orReplace && reader.at('FILE', 'FORMAT', 'IF')) throw incompatible(reader.place);
  if (reader.accept('FILE', 'FORMAT')) return createFileFormat(statement, header);
  if (reader.at('DATABASE', 'ROLE')) throw unsupported('CREATE DATABASE ROLE', reader.place);
  if (reader.at('OR', 'ALTER')) throw unsupported('CREATE OR ALTER', reader.place);
  const kind = reader.peek();
  const run = kind.kind === 'word' ? KINDS[kind.value] : undefined;
  if (run) {
    reader.next();
    if (orReplace && reader.at('IF', 'NOT', 'EXISTS')) throw incompatible(reader.place);
    return run(statement, header);
  }
  if (kind.kind === 'word' && reader.isIdentifier(1)) {
    const words =
      reader.peek(1).value === 'TABLE' || kind.value === 'EXTERNAL'
        ? `${kind.value} ${reader.peek(1).value}`
        : kind.value;
    throw unsupported(`CREATE ${words}`, reader.place);
  }
  throw reader.unexpected();
}
