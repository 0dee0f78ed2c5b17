import { invalidValue, unsupported } from '../../errors.ts';
import type { ParameterValue } from '../../parameters.ts';
import type { TokenReader } from '../../reader.ts';
import { readOptions } from './options.ts';

/** Kinds of objects whose `NAME = value` properties are read here. */
export type PropertyKind = 'table' | 'view' | 'database' | 'schema' | 'role' | 'sequence' | 'warehouse';

const anything = (): boolean => true;
const isFalse = (value: ParameterValue): boolean => String(value).toUpperCase() === 'FALSE';
const isEmpty = (value: ParameterValue): boolean => value === '';
const isFlag = (value: ParameterValue): boolean => typeof value === 'boolean';
const isDays = (value: ParameterValue): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 90;

/** What a property may be: `allowed` says which values are values at all, `modelled` which of them the sandbox has. */
interface Property {
  readonly allowed: (value: ParameterValue) => boolean;
  readonly modelled: (value: ParameterValue) => boolean;
}
const taken: Property = { allowed: anything, modelled: anything };
const days: Property = { allowed: isDays, modelled: anything };
const flag: Property = { allowed: isFlag, modelled: anything };
const offOnly: Property = { allowed: isFlag, modelled: isFalse };
const refused: Property = { allowed: anything, modelled: () => false };

/** Keeps nothing here that an answer would show: retention, tasks, logs and Iceberg tables of databases and schemas. */
const INHERITED = {
  MAX_DATA_EXTENSION_TIME_IN_DAYS: days,
  DEFAULT_DDL_COLLATION: { allowed: anything, modelled: isEmpty },
  ...Object.fromEntries(
    [
      ...['LOG_LEVEL', 'TRACE_LEVEL', 'METRIC_LEVEL', 'EXTERNAL_VOLUME', 'CATALOG', 'STORAGE_SERIALIZATION_POLICY'],
      ...['SUSPEND_TASK_AFTER_NUM_FAILURES', 'TASK_AUTO_RETRY_ATTEMPTS', 'USER_TASK_TIMEOUT_MS', 'OBJECT_VISIBILITY'],
      ...['USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE', 'USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS'],
      ...['REPLACE_INVALID_CHARACTERS', 'ENABLE_CONSOLE_OUTPUT', 'PIPE_EXECUTION_PAUSED', 'CLASSIFICATION_PROFILE'],
    ].map((name) => [name, taken]),
  ),
  QUOTED_IDENTIFIERS_IGNORE_CASE: offOnly,
  CATALOG_SYNC: refused,
  BASE_LOCATION_PREFIX: refused,
} satisfies Record<string, Property>;

const CONTAINER = { COMMENT: taken, DATA_RETENTION_TIME_IN_DAYS: days, ...INHERITED };

/** Source: docs, CREATE and ALTER of each kind. */
const PROPERTIES: Readonly<Record<PropertyKind, Readonly<Record<string, Property>>>> = {
  table: {
    COMMENT: taken,
    DATA_RETENTION_TIME_IN_DAYS: days,
    MAX_DATA_EXTENSION_TIME_IN_DAYS: days,
    CHANGE_TRACKING: flag,
    DEFAULT_DDL_COLLATION: { allowed: anything, modelled: isEmpty },
    ENABLE_SCHEMA_EVOLUTION: offOnly,
    ERROR_LOGGING: offOnly,
    ROW_TIMESTAMP: offOnly,
    ENABLE_DATA_COMPACTION: flag,
    STAGE_FILE_FORMAT: taken,
    STAGE_COPY_OPTIONS: taken,
    EXTERNAL_VOLUME: refused,
    CATALOG: refused,
    BASE_LOCATION: refused,
    TARGET_LAG: refused,
    WAREHOUSE: refused,
    REFRESH_MODE: refused,
  },
  view: { COMMENT: taken, CHANGE_TRACKING: flag },
  database: CONTAINER,
  schema: CONTAINER,
  role: { COMMENT: taken },
  sequence: { COMMENT: taken },
  // `readWarehouse` looks at the values.
  warehouse: Object.fromEntries(
    [
      ...['WAREHOUSE_SIZE', 'WAREHOUSE_TYPE', 'AUTO_SUSPEND', 'AUTO_RESUME', 'INITIALLY_SUSPENDED', 'COMMENT'],
      ...['MAX_CLUSTER_COUNT', 'MIN_CLUSTER_COUNT', 'SCALING_POLICY', 'MAX_CONCURRENCY_LEVEL', 'RESOURCE_MONITOR'],
      ...['STATEMENT_TIMEOUT_IN_SECONDS', 'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS', 'RESOURCE_CONSTRAINT', 'GENERATION'],
      ...['ENABLE_QUERY_ACCELERATION', 'QUERY_ACCELERATION_MAX_SCALE_FACTOR'],
    ].map((name) => [name, taken]),
  ),
};

/**
 * Reads the `NAME = value` properties of a kind of object, as `readOptions`. Throws SqlError 001003 at a name that
 * Snowflake has not there, 001008 for a value that it does not take, 000002 for what the sandbox does not model.
 */
export function readProperties(reader: TokenReader, kind: PropertyKind): Map<string, ParameterValue> {
  const known = PROPERTIES[kind];
  const start = reader.position;
  const options = readOptions(reader);
  if ([...options.keys()].some((name) => !Object.hasOwn(known, name)))
    throw unknownAt(reader, start, (name) => Object.hasOwn(known, name));
  for (const [name, value] of options) {
    const property = known[name];
    if (!property?.allowed(value)) throw invalidValue(String(value), name);
    if (!property.modelled(value)) throw unsupported(`${name} = ${String(value)} of a ${kind}`);
  }
  return options;
}

/**
 * The names behind UNSET, with or without commas between them. Throws SqlError 001003 at a name that is no property of
 * the kind, 000002 for tags.
 */
export function readUnset(reader: TokenReader, isKnown: (name: string) => boolean): string[] {
  if (reader.at('TAG')) throw unsupported('UNSET TAG', reader.place);
  const names: string[] = [];
  do {
    const { kind, value } = reader.peek();
    if (kind !== 'word' || !isKnown(value)) throw reader.unexpected();
    names.push(reader.next().value);
    reader.accept(',');
  } while (!reader.atEnd);
  return names;
}

/** Whether a kind of object has a property of that name. */
export function isProperty(kind: PropertyKind, name: string): boolean {
  return Object.hasOwn(PROPERTIES[kind], name);
}

/** The syntax error at the first name, from position `start` of `NAME = value` pairs on, that is unknown. */
export function unknownAt(reader: TokenReader, start: number, isKnown: (name: string) => boolean): Error {
  reader.rewind(start);
  for (;;) {
    reader.accept(',');
    if (!isKnown(reader.peek().value)) return reader.unexpected();
    reader.next();
    reader.next();
    if (reader.at('(')) reader.parenthesised();
    else {
      reader.accept('-');
      reader.next();
    }
  }
}
