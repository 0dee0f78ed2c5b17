import { quoteText } from '../../types/literal.ts';
import { BOOLEAN, INTEGER, text } from '../../types/type.ts';
import { textLength } from '../coerce.ts';
import { stringOf, type Typed, typed } from '../typed.ts';
import { type Call, integerArg, type Rule, type Rules, result, rule, textArg } from './rule.ts';

/** DuckDB's option letter for Snowflake's parameters `c` and `i`, of which the last one counts. */
function duckOptions(parameters: string): string {
  const isInsensitive = parameters.lastIndexOf('i') > parameters.lastIndexOf('c');
  return isInsensitive ? 'i' : 'c';
}

/** RLIKE: the whole text must match. Constant patterns without what RE2 lacks run in DuckDB. */
export function regexMatch(subject: string, pattern: Typed, parameters: string): Typed {
  const constant = stringOf(pattern);
  if (constant !== undefined && isNative(constant) && !parameters.includes('m') && !parameters.includes('s')) {
    return typed(`regexp_full_match(${subject}, ${quoteText(constant)}, '${duckOptions(parameters)}')`, BOOLEAN, true);
  }
  return typed(`sf_regex_match(${subject}, ${pattern.sql}, ${quoteText(parameters)})`, BOOLEAN, true);
}

/** Patterns that mean the same in RE2 as in Snowflake: no groups with a question mark, no back references. */
function isNative(pattern: string): boolean {
  if (/\(\?|\\[1-9]/.test(pattern)) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const parameter = (call: Call, index: number): string => (call.args.length > index ? textArg(call, index).sql : "''");
const whole = (call: Call, index: number, otherwise: number): string =>
  call.args.length > index ? integerArg(call, index) : `CAST(${otherwise} AS BIGINT)`;

const like: Rule = rule(2, 3, (call) => {
  const subject = textArg(call, 0);
  const pattern = textArg(call, 1);
  const constant = call.args[2] ? stringOf(call.args[2]) : '';
  if (constant === undefined) {
    return result(call, `sf_regex_match(${subject.sql}, ${pattern.sql}, ${parameter(call, 2)})`, BOOLEAN);
  }
  return { ...regexMatch(subject.sql, pattern, constant), nullable: subject.nullable || pattern.nullable };
});

/** REGEXP_SUBSTR(s, p, position, occurrence, parameters, group). */
const substr: Rule = rule(2, 6, (call) => {
  const subject = textArg(call, 0);
  const group = call.args.length > 5 ? integerArg(call, 5) : 'CAST(-1 AS BIGINT)';
  const sql = `sf_regex_substr(${subject.sql}, ${textArg(call, 1).sql}, ${whole(call, 2, 1)}, ${whole(call, 3, 1)}, ${parameter(call, 4)}, ${group})`;
  return typed(sql, text(textLength(subject.type)), true);
});

const substrAll: Rule = rule(2, 6, (call) => {
  const group = call.args.length > 5 ? integerArg(call, 5) : 'CAST(-1 AS BIGINT)';
  const sql = `sf_regex_substr_all(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${whole(call, 2, 1)}, ${whole(call, 3, 1)}, ${parameter(call, 4)}, ${group})`;
  return typed(sql, { type: 'array', precision: null, scale: null, length: null }, true);
});

const count: Rule = rule(2, 4, (call) =>
  result(
    call,
    `CAST(sf_regex_count(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${whole(call, 2, 1)}, ${parameter(call, 3)}) AS DECIMAL(38,0))`,
    INTEGER,
  ),
);

/** REGEXP_INSTR(s, p, position, occurrence, option, parameters, group). */
const instr: Rule = rule(2, 7, (call) => {
  const group = call.args.length > 6 ? integerArg(call, 6) : 'CAST(-1 AS BIGINT)';
  const sql = `sf_regex_instr(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${whole(call, 2, 1)}, ${whole(call, 3, 1)}, ${whole(call, 4, 0)}, ${parameter(call, 5)}, ${group})`;
  return result(call, `CAST(${sql} AS DECIMAL(38,0))`, INTEGER);
});

/** REGEXP_REPLACE(s, p, replacement, position, occurrence, parameters). */
const replace: Rule = rule(2, 6, (call) => {
  const replacement = call.args.length > 2 ? textArg(call, 2).sql : "''";
  const sql = `sf_regex_replace(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${replacement}, ${whole(call, 3, 1)}, ${whole(call, 4, 0)}, ${parameter(call, 5)})`;
  return result(call, sql, text());
});

/** Regular expressions. Source: docs, "String functions (regular expressions)". */
export const regexRules: Rules = {
  REGEXP_LIKE: like,
  RLIKE: like,
  REGEXP: like,
  REGEXP_SUBSTR: substr,
  REGEXP_SUBSTR_ALL: substrAll,
  REGEXP_EXTRACT_ALL: substrAll,
  REGEXP_COUNT: count,
  REGEXP_INSTR: instr,
  REGEXP_REPLACE: replace,
};
