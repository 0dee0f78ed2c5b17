import type { Schema, SchemaObject } from '../../../catalog/model.ts';
import { WAREHOUSE_SIZES, type Warehouse, type WarehouseSize } from '../../../catalog/warehouses.ts';
import type { EngineResult } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, invalidValue } from '../../errors.ts';
import { Finder } from '../../find.ts';
import type { ParameterValue } from '../../parameters.ts';
import { FORMAT_OPTIONS, fileFormat } from '../../stages/file-format.ts';
import type { Statement } from '../../statement.ts';
import { createDuckSequence } from './column-definition.ts';
import { type CreateHeader, created, keptAsItWas, readNewName } from './header.ts';
import { checkOptionNames } from './option-names.ts';
import { flagOption, numberOption, readOptions, textOption } from './options.ts';
import { readProperties } from './properties.ts';

/** CREATE [OR REPLACE] SEQUENCE name [START = n] [INCREMENT = n] [ORDER | NOORDER] [COMMENT = '']. */
export async function createSequence(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, account } = statement;
  const place = newObject(statement, header, 'SEQUENCE', (schema) => schema.sequences);
  if (!place) return keptAsItWas(statement.reader.peek(-1).value);
  let start = 1;
  let step = 1;
  let isOrdered = statement.parameter('NOORDER_SEQUENCE_AS_DEFAULT') !== true;
  let comment = '';
  reader.accept('WITH');
  while (!reader.atEnd) {
    if (reader.accept('START')) {
      reader.accept('WITH');
      reader.accept('=');
      start = reader.integer();
    } else if (reader.accept('INCREMENT')) {
      reader.accept('BY');
      reader.accept('=');
      step = reader.integer();
    } else if (reader.accept('COMMENT', '=')) comment = reader.string();
    else if (reader.accept('ORDER')) isOrdered = true;
    else if (reader.accept('NOORDER')) isOrdered = false;
    else if (!reader.accept(',')) throw reader.unexpected();
  }
  reader.expectEnd();
  const duckName = account.catalog.duckName('s');
  await createDuckSequence(statement, duckName, start, step);
  const { schema, name } = place;
  const owned = account.catalog.owned(name, statement.session.role, comment);
  schema.sequences.set(name, {
    ...owned,
    kind: 'SEQUENCE',
    id: account.catalog.nextId(),
    schema,
    duckName,
    start,
    step,
    isOrdered,
  });
  return created('Sequence', name);
}

/** CREATE [OR REPLACE] FILE FORMAT. */
export async function createFileFormat(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, account, session } = statement;
  const place = newObject(statement, header, 'FILE FORMAT', (schema) => schema.fileFormats);
  if (!place) return keptAsItWas(reader.peek(-1).value);
  const from = reader.peek().start;
  checkOptionNames(reader, FORMAT_OPTIONS);
  const options = readOptions(reader);
  const text = reader.text.slice(from, reader.peek().start).trim();
  reader.expectEnd();
  const type = textOption(options, 'TYPE', 'CSV').toUpperCase();
  // Formats of other types are kept by name alone; what reads them is refused.
  if (type === 'CSV' || type === 'JSON' || type === 'PARQUET') fileFormat(text, session, session);
  const { schema, name } = place;
  schema.fileFormats.set(name, {
    ...account.catalog.owned(name, session.role, textOption(options, 'COMMENT')),
    kind: 'FILE FORMAT',
    id: account.catalog.nextId(),
    schema,
    type,
    options: text,
  });
  return created('File format', name);
}

/** Where a new object goes; undefined where IF NOT EXISTS finds one. Throws SqlError 002002, 003001. */
function newObject<T extends SchemaObject>(
  statement: Statement,
  header: CreateHeader,
  kind: string,
  list: (schema: Schema) => Map<string, T>,
): { schema: Schema; name: string } | undefined {
  const { session } = statement;
  const { ifNotExists, parts } = readNewName(statement);
  const { schema, name } = new Finder(session, `CREATE ${kind}`).locate(parts);
  if (!session.access.mayCreateIn(schema, kind)) throw insufficientPrivileges('schema', schema.name);
  if (list(schema).has(name)) {
    if (ifNotExists) return undefined;
    if (!header.orReplace) throw alreadyExists(displayNames([schema.database.name, schema.name, name]), true);
  }
  return { schema, name };
}

/** CREATE [OR REPLACE] ROLE name [COMMENT = '']. */
export async function createRole(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement, 1);
  const name = parts[0] ?? '';
  const options = readProperties(reader, 'role');
  reader.expectEnd();
  if (!session.access.mayInAccount('CREATE ROLE')) throw insufficientPrivileges('account', 'SANDBOX');
  const { roles } = account.catalog;
  if (roles.get(name)) {
    if (ifNotExists) return keptAsItWas(name);
    if (!header.orReplace) throw alreadyExists(name);
    roles.drop(name);
  }
  roles.add(name, session.role, textOption(options, 'COMMENT'));
  return created('Role', name);
}

/** CREATE [OR REPLACE] WAREHOUSE name [WITH] properties; becomes current. Starts unless INITIALLY_SUSPENDED. */
export async function createWarehouse(statement: Statement, header: CreateHeader): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { ifNotExists, parts } = readNewName(statement, 1);
  const name = parts[0] ?? '';
  reader.accept('WITH');
  const options = readProperties(reader, 'warehouse');
  reader.expectEnd();
  if (!session.access.mayInAccount('CREATE WAREHOUSE')) throw insufficientPrivileges('account', 'SANDBOX');
  const { warehouses } = account.catalog;
  const old = warehouses.get(name);
  if (old && ifNotExists) return keptAsItWas(name);
  if (old && !header.orReplace) throw alreadyExists(name);
  const draft = readWarehouse(options);
  if (old) warehouses.drop(old);
  const warehouse = warehouses.add(name, session.role, textOption(options, 'COMMENT'));
  Object.assign(warehouse, draft);
  session.warehouse = name;
  if (flagOption(options, 'INITIALLY_SUSPENDED') !== true) void warehouses.resume(warehouse);
  return created('Warehouse', name);
}

/** Properties of CREATE and ALTER WAREHOUSE as the catalog keeps them. Throws SqlError 001008. */
export function readWarehouse(options: ReadonlyMap<string, ParameterValue>): Partial<Warehouse> {
  const changes: Partial<Warehouse> = {};
  for (const [option, value] of options) {
    switch (option) {
      case 'WAREHOUSE_SIZE':
        changes.size = sizeOf(String(value));
        break;
      case 'AUTO_SUSPEND':
        changes.autoSuspendSeconds = value === 'NULL' ? 0 : Number(value);
        break;
      case 'AUTO_RESUME':
        changes.autoResume = flagOption(options, option) ?? true;
        break;
      case 'MAX_CONCURRENCY_LEVEL':
        changes.maxConcurrency = Math.max(1, Number(value));
        break;
      case 'MIN_CLUSTER_COUNT':
        changes.minClusters = numberOption(options, option) ?? 1;
        break;
      case 'MAX_CLUSTER_COUNT':
        changes.maxClusters = numberOption(options, option) ?? 1;
        break;
      case 'SCALING_POLICY':
        changes.scalingPolicy = String(value).toUpperCase() === 'ECONOMY' ? 'ECONOMY' : 'STANDARD';
        break;
      case 'COMMENT':
        changes.comment = String(value);
        break;
      case 'STATEMENT_TIMEOUT_IN_SECONDS':
        changes.timeoutSeconds = secondsOf(value, option);
        break;
      case 'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS':
        changes.queuedTimeoutSeconds = secondsOf(value, option);
        break;
      case 'INITIALLY_SUSPENDED':
      case 'WAREHOUSE_TYPE':
      case 'RESOURCE_MONITOR':
      case 'ENABLE_QUERY_ACCELERATION':
      case 'QUERY_ACCELERATION_MAX_SCALE_FACTOR':
      case 'RESOURCE_CONSTRAINT':
      case 'GENERATION':
        break;
      default:
        throw invalidValue(String(value), option);
    }
  }
  return changes;
}

/** Of a timeout: at most seven days. */
function secondsOf(value: ParameterValue, option: string): number {
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 604_800) throw invalidValue(String(value), option);
  return seconds;
}

function sizeOf(word: string): WarehouseSize {
  const plain = (text: string) =>
    text.toUpperCase().replace(/[-_ ]/g, '').replace('XXXLARGE', '3XLARGE').replace('XXLARGE', '2XLARGE');
  const found = WAREHOUSE_SIZES.find((size) => plain(size) === plain(word));
  if (!found) throw invalidValue(`'${word}'`, 'WAREHOUSE_SIZE');
  return found;
}
