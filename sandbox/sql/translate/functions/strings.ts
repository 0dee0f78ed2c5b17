import { ARRAY, BOOLEAN, fixed, INTEGER, text } from '../../types/type.ts';
import { asText, textLength } from '../coerce.ts';
import { concat } from '../operators.ts';
import { integerOf, NULL, stringOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, integerArg, nullable, type Rule, type Rules, result, rule, textArg } from './rule.ts';

const isBinary = (value: Typed) => value.type.type === 'binary';

function refuseBinary(call: Call): void {
  if (call.args.some(isBinary)) throw call.binder.translation.unsupported(`${call.name} of binaries`, call.node);
}

/** A text function of DuckDB's that keeps its first argument's length. */
function sameLength(duckName: string): Rule {
  return rule(1, 1, (call) => {
    const value = textArg(call, 0);
    return result(call, `${duckName}(${value.sql})`, text(textLength(value.type)));
  });
}

function longText(duckName: string, min: number, max = min): Rule {
  return rule(min, max, (call) => {
    const args = call.args.map((_, index) => textArg(call, index).sql);
    return result(call, `${duckName}(${args.join(', ')})`, text());
  });
}

/** TRIM(s[, characters]): any of the characters, at one or both ends; blanks where none are given. */
function trim(duckName: 'trim' | 'ltrim' | 'rtrim'): Rule {
  return rule(1, 2, (call) => {
    const value = textArg(call, 0);
    const set = call.args.length > 1 ? `, ${textArg(call, 1).sql}` : '';
    return result(call, `${duckName}(${value.sql}${set})`, text(textLength(value.type)));
  });
}

const length: Rule = rule(1, 1, (call) => {
  const value = arg(call, 0);
  const sql = isBinary(value) ? `octet_length(${value.sql})` : `length(${textArg(call, 0).sql})`;
  return counted(call, sql);
});

const counted = (call: Call, sql: string) => result(call, `CAST(${sql} AS DECIMAL(18,0))`, fixed(18, 0));

function bytes(factor: number): Rule {
  return rule(1, 1, (call) => {
    const value = arg(call, 0);
    const blob = isBinary(value) ? value.sql : `encode(${textArg(call, 0).sql})`;
    return result(call, `CAST(octet_length(${blob}) * ${factor} AS DECIMAL(18,0))`, fixed(18, 0));
  });
}

/** SUBSTR(s, start[, count]): from 1; negative starts count from the end, a start of 0 is as 1. */
const substr: Rule = rule(2, 3, (call) => {
  const value = arg(call, 0);
  const [start, count] = [integerArg(call, 1), call.args.length > 2 ? integerArg(call, 2) : undefined];
  const rest = count === undefined ? '' : `, ${count}`;
  if (isBinary(value)) {
    const hex = `sf_substr(hex(${value.sql}), CASE WHEN ${start} > 0 THEN ${start} * 2 - 1 ELSE ${start} * 2 END${count === undefined ? '' : `, ${count} * 2`})`;
    return result(call, `unhex(${count === undefined ? hex.replace(/\)$/, ', 2147483647)') : hex})`, value.type);
  }
  const subject = textArg(call, 0);
  const type = text(textLength(subject.type));
  const [from, most] = [arg(call, 1), call.args[2]].map((one) => (one ? integerOf(one) : undefined));
  if (from !== undefined && from > 0 && (count === undefined || (most !== undefined && most > 0))) {
    return result(call, `substr(${subject.sql}, ${start}${rest === '' ? ', 2147483647' : rest})`, type);
  }
  return result(call, `sf_substr(${subject.sql}, ${start}${rest === '' ? ', 2147483647' : rest})`, type);
});

function side(duckName: 'left' | 'right'): Rule {
  return rule(2, 2, (call) => {
    const value = arg(call, 0);
    const count = `greatest(${integerArg(call, 1)}, 0)`;
    if (isBinary(value)) return result(call, `unhex(${duckName}(hex(${value.sql}), ${count} * 2))`, value.type);
    const subject = textArg(call, 0);
    const known = integerOf(arg(call, 1));
    const size = textLength(subject.type);
    return result(
      call,
      `${duckName}(${subject.sql}, ${count})`,
      text(known === undefined ? size : Math.max(Math.min(size, known), 1)),
    );
  });
}

/** LPAD and RPAD(s, length[, pad]). */
function pad(duckName: 'lpad' | 'rpad'): Rule {
  return rule(2, 3, (call) => {
    refuseBinary(call);
    const filler = call.args.length > 2 ? textArg(call, 2).sql : "' '";
    return result(
      call,
      `sf_${duckName}(${textArg(call, 0).sql}, CAST(${integerArg(call, 1)} AS INTEGER), ${filler})`,
      text(),
    );
  });
}

const repeat: Rule = rule(2, 2, (call) =>
  result(call, `sf_repeat(${textArg(call, 0).sql}, ${integerArg(call, 1)}, ${call.binder.translation.copies})`, text()),
);

const replace: Rule = rule(2, 3, (call) => {
  const by = call.args.length > 2 ? textArg(call, 2).sql : "''";
  const [old, put] = [stringOf(arg(call, 1)), call.args[2] ? stringOf(call.args[2]) : ''];
  // What cannot grow needs no look at its length, and is often nested.
  if (old !== undefined && put !== undefined && old !== '' && put.length <= old.length) {
    return result(call, `replace(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${by})`, text());
  }
  return result(call, `sf_replace(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${by})`, text());
});

/** CONCAT: NULL if any argument is NULL. */
const concatAll: Rule = rule(1, 255, (call) => {
  const [first = NULL, ...rest] = call.args;
  if (rest.length === 0) return isBinary(first) ? first : asText(first, call.binder.settings);
  return rest.reduce((left, right) => concat(left, right, call.binder.settings), first);
});

/** CONCAT_WS(separator, ...): NULL if any argument is NULL, unlike in other databases. */
const concatWs: Rule = rule(2, 255, (call) => {
  refuseBinary(call);
  const [separator = '', ...parts] = call.args.map((_, index) => textArg(call, index).sql);
  return result(call, `(${parts.join(` || ${separator} || `)})`, text());
});

/** CHARINDEX(part, s[, start]) and POSITION: 0 where it is not found. */
const charIndex: Rule = rule(2, 3, (call) => {
  refuseBinary(call);
  const [part, subject] = [textArg(call, 0).sql, textArg(call, 1).sql];
  if (call.args.length < 3) return result(call, `CAST(strpos(${subject}, ${part}) AS DECIMAL(18,0))`, fixed(18, 0));
  return result(call, `CAST(sf_position(${subject}, ${part}, ${integerArg(call, 2)}) AS DECIMAL(18,0))`, fixed(18, 0));
});

function test(text_: (subject: string, part: string) => string): Rule {
  return rule(2, 2, (call) => {
    refuseBinary(call);
    return result(call, text_(textArg(call, 0).sql, textArg(call, 1).sql), BOOLEAN);
  });
}

/** SPLIT(s, separator): an array; without a separator the whole text. */
const split: Rule = rule(2, 2, (call) =>
  result(call, `CAST(to_json(sf_split(${textArg(call, 0).sql}, ${textArg(call, 1).sql})) AS VARCHAR)`, ARRAY),
);

/** SPLIT_PART(s, separator, n): from 1, negative from the end; 0 is as 1. */
const splitPart: Rule = rule(3, 3, (call) => {
  const sql = `sf_split_part(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${integerArg(call, 2)})`;
  return result(call, sql, text(textLength(textArg(call, 0).type)));
});

const strtok: Rule = rule(1, 3, (call) => {
  const delimiters = call.args.length > 1 ? textArg(call, 1).sql : "' '";
  const index = call.args.length > 2 ? integerArg(call, 2) : 'CAST(1 AS BIGINT)';
  return typed(`sf_strtok_part(${textArg(call, 0).sql}, ${delimiters}, ${index})`, text(), true);
});

const strtokArray: Rule = rule(1, 2, (call) => {
  const delimiters = call.args.length > 1 ? textArg(call, 1).sql : "' '";
  return result(call, `CAST(to_json(sf_strtok(${textArg(call, 0).sql}, ${delimiters})) AS VARCHAR)`, ARRAY);
});

const insert: Rule = rule(4, 4, (call) => {
  refuseBinary(call);
  const sql = `sf_insert(${textArg(call, 0).sql}, ${integerArg(call, 1)}, ${integerArg(call, 2)}, ${textArg(call, 3).sql})`;
  return result(call, sql, text());
});

const translate: Rule = rule(3, 3, (call) =>
  result(call, `sf_translate(${textArg(call, 0).sql}, ${textArg(call, 1).sql}, ${textArg(call, 2).sql})`, text()),
);

const initcap: Rule = rule(1, 2, (call) => {
  const value = textArg(call, 0);
  const delimiters = call.args.length > 1 ? textArg(call, 1).sql : 'NULL';
  return typed(`sf_initcap(${value.sql}, ${delimiters})`, text(textLength(value.type)), nullable(...call.args));
});

const reverse: Rule = rule(1, 1, (call) => {
  const value = arg(call, 0);
  if (isBinary(value)) throw call.binder.translation.unsupported('REVERSE of binaries', call.node);
  return result(call, `reverse(${textArg(call, 0).sql})`, text(textLength(textArg(call, 0).type)));
});

const ascii: Rule = rule(1, 1, (call) =>
  result(call, `CAST(sf_ascii(${textArg(call, 0).sql}) AS DECIMAL(38,0))`, INTEGER),
);
const unicode: Rule = rule(1, 1, (call) => {
  const value = textArg(call, 0).sql;
  return result(call, `CAST(CASE WHEN ${value} = '' THEN 0 ELSE unicode(${value}) END AS DECIMAL(38,0))`, INTEGER);
});

const chr: Rule = rule(1, 1, (call) => result(call, `sf_chr(${integerArg(call, 0)})`, text(1)));

/** ESCAPE with one constant character. */
function escapeClause(value: Typed, call: Call): string {
  const given = value.constant?.kind === 'string' ? value.constant.value : undefined;
  if (given === undefined || [...given].length !== 1) {
    throw call.binder.translation.unsupported('an ESCAPE that is not one constant character', call.node);
  }
  return ` ESCAPE ${value.sql}`;
}

function likeFunction(op: 'LIKE' | 'ILIKE'): Rule {
  return rule(2, 3, (call) => {
    const escaped = call.args.length > 2 ? escapeClause(arg(call, 2), call) : '';
    return result(call, `(${textArg(call, 0).sql} ${op} ${textArg(call, 1).sql}${escaped})`, BOOLEAN);
  });
}

/** LIKE_ANY(s, patterns...) and its kin as functions. */
function likeMany(op: 'LIKE' | 'ILIKE', joiner: ' OR ' | ' AND '): Rule {
  return rule(2, 255, (call) => {
    const subject = textArg(call, 0).sql;
    const tests = call.args.slice(1).map((_, index) => `${subject} ${op} ${textArg(call, index + 1).sql}`);
    return result(call, `(${tests.join(joiner)})`, BOOLEAN);
  });
}

const editDistance: Rule = rule(2, 3, (call) => {
  const distance = `levenshtein(${textArg(call, 0).sql}, ${textArg(call, 1).sql})`;
  const sql = call.args.length > 2 ? `least(${distance}, ${integerArg(call, 2)})` : distance;
  return result(call, `CAST(${sql} AS DECIMAL(38,0))`, INTEGER);
});

const jaro: Rule = rule(2, 2, (call) => {
  const sql = `sf_jaro_winkler(${textArg(call, 0).sql}, ${textArg(call, 1).sql})`;
  return result(call, `CAST(${sql} AS DECIMAL(38,0))`, INTEGER);
});

const space: Rule = rule(1, 1, (call) =>
  result(call, `sf_repeat(' ', ${integerArg(call, 0)}, ${call.binder.translation.copies})`, text()),
);

const soundex: Rule = longText('sf_soundex', 1);

const soundexP123: Rule = rule(1, 1, (call) => result(call, `sf_soundex_p123(${textArg(call, 0).sql})`, text(4)));

/** Text functions. Source: docs, "String & binary functions". */
export const stringRules: Rules = {
  LENGTH: length,
  RTRIMMED_LENGTH: rule(1, 1, (call) => counted(call, `length(rtrim(${textArg(call, 0).sql}, ' '))`)),
  LEN: length,
  OCTET_LENGTH: bytes(1),
  BIT_LENGTH: bytes(8),
  UPPER: sameLength('upper'),
  LOWER: sameLength('lower'),
  INITCAP: initcap,
  TRIM: trim('trim'),
  LTRIM: trim('ltrim'),
  RTRIM: trim('rtrim'),
  SUBSTR: substr,
  SUBSTRING: substr,
  LEFT: side('left'),
  RIGHT: side('right'),
  LPAD: pad('lpad'),
  RPAD: pad('rpad'),
  REPEAT: repeat,
  REPLACE: replace,
  REVERSE: reverse,
  CONCAT: concatAll,
  CONCAT_WS: concatWs,
  CHARINDEX: charIndex,
  POSITION: charIndex,
  CONTAINS: test((s, part) => `contains(${s}, ${part})`),
  STARTSWITH: test((s, part) => `starts_with(${s}, ${part})`),
  ENDSWITH: test((s, part) => `ends_with(${s}, ${part})`),
  SPLIT: split,
  SPLIT_PART: splitPart,
  STRTOK: strtok,
  STRTOK_TO_ARRAY: strtokArray,
  INSERT: insert,
  TRANSLATE: translate,
  ASCII: ascii,
  UNICODE: unicode,
  CHR: chr,
  CHAR: chr,
  LIKE: likeFunction('LIKE'),
  ILIKE: likeFunction('ILIKE'),
  LIKE_ANY: likeMany('LIKE', ' OR '),
  LIKE_ALL: likeMany('LIKE', ' AND '),
  ILIKE_ANY: likeMany('ILIKE', ' OR '),
  EDITDISTANCE: editDistance,
  JAROWINKLER_SIMILARITY: jaro,
  SPACE: space,
  SOUNDEX: soundex,
  SOUNDEX_P123: soundexP123,
};
