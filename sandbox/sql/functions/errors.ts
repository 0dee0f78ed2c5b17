import { SqlError } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import { printVariant } from '../types/variant-print.ts';
import { readVariant } from '../types/variant-text.ts';
import { type Definition, define, raised } from './define.ts';

/** Functions that only ever raise: what `convert` puts where a value did not fit. */
export const raisingFunctions: readonly Definition[] = [
  define('sf_bad_number', ['text', 'integer', 'integer'], 'text', (text) => {
    const value = Number(text.trim());
    if (text.trim() === '' || Number.isNaN(value)) {
      throw raised('100038', '22018', `Numeric value '${text}' is not recognized`);
    }
    throw raised('100039', '22003', `Numeric value '${text}' is out of range`);
  }),
  define('sf_no_room', ['text', 'text'], 'text', (text, type) => {
    throw raised('100046', '22003', `Number out of representable range: type ${type}, value ${text}`);
  }),
  define('sf_bad_boolean', ['text'], 'boolean', (text) => {
    throw raised('100037', '22018', `Boolean value '${text}' is not recognized`);
  }),
  define('sf_bad_variant', ['text', 'text', 'text'], 'text', (variant, kind, zone) => {
    const value = readVariant(variant);
    if (value === null) return null;
    throw raised('100071', '22000', `Failed to cast variant value ${printVariant(value, zone, 0)} to ${kind}`);
  }),
  define('sf_too_long', ['text'], 'text', (text) => {
    throw raised('100078', '22000', `String '${text}' is too long and would be truncated`);
  }),
  define('sf_raise', ['text', 'text', 'text'], 'boolean', (code, state, message) => {
    throw raised(code, state, message);
  }),
];

const TAGGED = /@@(\d{6})\|(\w{5})\|([\s\S]*)$/;

/** What DuckDB says itself, and what Snowflake says of the same. */
const NATIVE: readonly (readonly [RegExp, (found: RegExpExecArray) => SqlError])[] = [
  [
    /Overflow in (?:addition|subtraction|multiplication) of (?:DECIMAL|INT|HUGEINT)\S*.*?\((.*?)\)/,
    (found) => outOfRepresentable(found[1] ?? ''),
  ],
  [
    /(?:Could not cast value|Casting value|Failed to cast decimal value) "?(-?[\d.]+)"?.*? to (?:type )?(?:DECIMAL|U?INT|HUGEINT)/i,
    (found) => new SqlError('100039', '22003', `Numeric value '${found[1]}' is out of range`),
  ],
  [
    /(?:GROUP BY|WHERE|HAVING) clause cannot contain window functions/,
    () => windowPlace('appears outside of SELECT, QUALIFY, and ORDER BY clauses.'),
  ],
  [
    /window expression is not supported here|INSERT statement cannot contain window functions/,
    () => windowPlace('appears outside of SELECT, QUALIFY, and ORDER BY clauses.'),
  ],
  [
    /INSERT statement cannot contain aggregates/,
    () => new SqlError('002014', '22000', 'SQL compilation error:\nInvalid expression in VALUES clause'),
  ],
  [
    /frame starting from (?:current|following) row cannot/,
    () => new SqlError('002303', '42601', 'SQL compilation error:\nInvalid window frame: it ends before it starts'),
  ],
  [
    /Cannot perform non-inner join on subquery/,
    () => new SqlError('002031', '42601', 'SQL compilation error:\nUnsupported subquery type cannot be evaluated'),
  ],
  [
    /must appear in the GROUP BY clause or must be part of an aggregate/,
    () => unsupported('an aggregate in this place'),
  ],
  [
    /No function matches the given name and argument types '[-+]\(/,
    () => unsupported('RANGE over values of this type'),
  ],
  [
    /Invalid input for arg_min\/arg_max: n value must be < (\d+)/,
    (found) => unsupported(`more than ${found[1]} values of MIN_BY and MAX_BY`),
  ],
  [/Unknown TimeZone '(.*?)'/, (found) => new SqlError('100093', '22023', `Unknown timezone: '${found[1]}'`)],
  [
    /number out of int32 range|(?:Date|Timestamp|Time|Interval|timestamp|date) (?:value )?(?:is )?out of range/,
    () => new SqlError('100046', '22003', 'Date or timestamp out of range'),
  ],
  [
    /window functions? (?:calls cannot be nested|are not allowed in window definitions)/,
    () => windowPlace('may not be nested inside another window function.'),
  ],
  [/More than one row returned by a subquery/, () => manyRows()],
  [
    /cannot take logarithm of (zero|a negative number)/,
    (found) =>
      new SqlError(
        '100097',
        '22023',
        `Invalid floating point operation: log(${found[1] === 'zero' ? '0' : 'negative'})`,
      ),
  ],
  [/Divi(?:de|sion) by zero/i, () => new SqlError('100051', '22012', 'Division by zero')],
  [
    /Max expression depth|expression tree is too deep|Parser Error: memory exhausted/i,
    () => new SqlError('000001', '42000', 'SQL compilation error:\nthe statement is nested too deeply.'),
  ],
  [
    /Maximum call stack size exceeded/,
    () => new SqlError('100069', '22P02', 'Error parsing JSON: the value is nested too deeply'),
  ],
  [/Out of Memory|failed to allocate/i, () => new SqlError('300000', 'XX000', 'The sandbox is out of memory.')],
  [/Out of Range Error: ([^\n]*)/, (found) => new SqlError('100046', '22003', found[1] ?? 'Number out of range')],
  [/INTERRUPT/i, () => new SqlError('000604', '57014', 'SQL execution canceled')],
];

function outOfRepresentable(operands: string): SqlError {
  return new SqlError(
    '100046',
    '22003',
    `Number out of representable range: type FIXED[SB16](38,0){nullable}, value ${operands}`,
  );
}

function windowPlace(what: string): SqlError {
  return new SqlError('002303', '42601', `SQL compilation error:\nWindow function ${what}`);
}

function manyRows(): SqlError {
  return new SqlError('090150', '22000', 'Single-row subquery returns more than one row.');
}

/**
 * What DuckDB threw while it bound or ran a translated statement, as the error that Snowflake reports. Messages of
 * DuckDB's own that no rule knows become 000003, so that they can be told from Snowflake's.
 */
export function toSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const tagged = TAGGED.exec(message);
  if (tagged) return new SqlError(tagged[1] ?? '', tagged[2] ?? '', tagged[3] ?? '', undefined, { cause: error });
  for (const [pattern, make] of NATIVE) {
    const found = pattern.exec(message);
    if (found) return make(found);
  }
  return new SqlError('000003', 'XX000', `The sandbox could not run this statement: ${message}`, undefined, {
    cause: error,
  });
}
