import type { SqlError } from '../../../engine.ts';
import { quoteText } from '../../types/literal.ts';
import { ARRAY, isSemiStructured, isStructured, OBJECT, text, VARIANT } from '../../types/type.ts';
import { asText, cast } from '../coerce.ts';
import type { ExpressionBinder } from '../expressions.ts';
import { compilation, invalidTypes } from '../failures.ts';
import { readColumn } from '../names.ts';
import { follow, parsePath } from '../paths.ts';
import { argumentColumns } from '../stars.ts';
import { refuseStructured, stepIgnoringCase } from '../structured-paths.ts';
import type { Span } from '../syntax/ast.ts';
import { isNull, nullOf, stringConstant, stringOf, type Typed, typed } from '../typed.ts';
import {
  arg,
  booleanArg,
  type Call,
  type Rule,
  type Rules,
  raw,
  result,
  rule,
  takesStructured,
  textArg,
} from './rule.ts';
import { structuredOr } from './structured-arrays.ts';
import * as typedObjects from './structured-objects.ts';

const byKey = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** An object of key and value pairs. Pairs with NULL are left out, or their value becomes JSON null where `keepNull`. */
export function constructObject(
  binder: ExpressionBinder,
  entries: readonly (readonly [Typed, Typed])[],
  keepNull: boolean,
  span: Span,
): Typed {
  if (entries.length === 0) return typed("'{}'", OBJECT, false);
  refuseStructured(
    'OBJECT_CONSTRUCT',
    entries.map(([, value]) => value),
    span,
  );
  const json = (value: Typed): string => {
    const sql = isNull(value) ? 'CAST(NULL AS VARCHAR)' : cast(value, VARIANT, binder.settings).sql;
    return keepNull ? `coalesce(${sql}, 'null')` : sql;
  };
  const constants = entries.map(([key]) => stringOf(key));
  if (constants.every((key) => key !== undefined)) {
    const seen = new Set(constants);
    if (seen.size < constants.length) {
      throw compilation(
        '100103',
        '22000',
        `Duplicate field key '${constants.find((key, i) => constants.indexOf(key) < i)}'`,
        span,
      );
    }
    const parts = entries
      .map(([key, value]) => ({ key: stringOf(key) ?? '', value }))
      .sort((a, b) => byKey(a.key, b.key))
      .map(({ key, value }) => `${quoteText(`${JSON.stringify(key)}:`)} || ${json(value)}`);
    return typed(`('{' || concat_ws(',', ${parts.join(', ')}) || '}')`, OBJECT, false);
  }
  const parts = entries.map(
    ([key, value]) => `CAST(to_json(${asText(key, binder.settings).sql}) AS VARCHAR) || ':' || ${json(value)}`,
  );
  return typed(`sf_object('{' || concat_ws(',', ${parts.join(', ')}) || '}')`, OBJECT, false);
}

/** OBJECT_CONSTRUCT(key, value, ...) and OBJECT_CONSTRUCT(*), with columns' names as keys. */
function construct(keepNull: boolean): Rule {
  return raw(0, 1000, (call) => {
    const { binder, node } = call;
    const [first] = node.args;
    if (first?.value.kind === 'star') {
      const star = first.value;
      const entries = argumentColumns(binder, star).map(
        (column) => [stringConstant(column.name), readColumn(binder.frame, column, column.name, star)] as const,
      );
      return constructObject(binder, entries, keepNull, node);
    }
    if (node.args.length % 2 !== 0) {
      throw compilation(
        '000938',
        '22023',
        `not enough arguments for function [${binder.translation.text(node).toUpperCase()}], expected ${node.args.length + 1}, got ${node.args.length}`,
        node,
      );
    }
    const values = binder.bindAll(node.args.map((argument) => argument.value));
    const entries: (readonly [Typed, Typed])[] = [];
    for (let i = 0; i + 1 < values.length; i += 2) {
      const [key, value] = [values[i], values[i + 1]];
      if (key && value) entries.push([key, value]);
    }
    return constructObject(binder, entries, keepNull, node);
  });
}

/** An argument's canonical text, whatever its type. */
export function jsonArg(call: Call, index: number): string {
  const value = arg(call, index);
  return isNull(value) ? 'CAST(NULL AS VARCHAR)' : cast(value, VARIANT, call.binder.settings).sql;
}

function needsObject(call: Call, index: number): Typed {
  const value = arg(call, index);
  if (value.type.type !== 'object' && value.type.type !== 'variant' && !isNull(value)) {
    throw invalidTypes(
      call.name,
      call.args.map((one) => one.type),
      call.node,
    );
  }
  return value;
}

/** OBJECT_INSERT(object, key, value[, update]): NULL values are left out. */
const insert: Rule = rule(3, 4, (call) => {
  const object = needsObject(call, 0);
  const update = call.args.length > 3 ? `coalesce(${booleanArg(call, 3).sql}, false)` : 'false';
  return typed(
    `sf_object_insert(${object.sql}, ${textArg(call, 1).sql}, ${jsonArg(call, 2)}, ${update})`,
    OBJECT,
    true,
  );
});

/** OBJECT_DELETE and OBJECT_PICK take keys one by one, or in an array. */
function keys(name: string): Rule {
  return rule(2, 255, (call) => {
    const object = needsObject(call, 0);
    const rest = call.args.slice(1);
    const [only] = rest;
    const list =
      rest.length === 1 && only && isSemiStructured(only.type)
        ? only.sql
        : `('[' || ${rest.map((key) => `CAST(to_json(${asText(key, call.binder.settings).sql}) AS VARCHAR)`).join(` || ',' || `)} || ']')`;
    return result(call, `${name}(${object.sql}, ${list})`, OBJECT);
  });
}

/** GET(value, key or index). */
const get: Rule = takesStructured(
  rule(2, 2, (call) => {
    const [value, step] = [arg(call, 0), arg(call, 1)];
    if (!isStructured(value.type) && (isNull(value) || isNull(step))) return nullOf(VARIANT);
    if (!isStructured(value.type) && !isSemiStructured(value.type)) throw refused(call);
    return follow(value, [step], call.name, call.binder.settings, call.node);
  }),
);

/** GET_PATH(value, 'a.b[0]'). */
const getPath: Rule = takesStructured(
  rule(2, 2, (call) => {
    const [value, path] = [arg(call, 0), arg(call, 1)];
    if (!isStructured(value.type) && (isNull(value) || isNull(path))) return nullOf(VARIANT);
    if (!isStructured(value.type) && !isSemiStructured(value.type)) throw refused(call);
    const constant = stringOf(path);
    if (constant === undefined && isStructured(value.type)) throw refused(call);
    if (constant === undefined) return typed(`sf_get_path(${value.sql}, ${textArg(call, 1).sql})`, VARIANT, true);
    const steps = parsePath(constant);
    if (!steps) {
      throw compilation('001003', '42000', `parse error near '${constant}' in the path of ${call.name}`, call.node);
    }
    return follow(value, steps, call.name, call.binder.settings, call.node);
  }),
);

function refused(call: Call): SqlError {
  return invalidTypes(
    call.name,
    call.args.map((one) => one.type),
    call.node,
  );
}

const jsonPathText: Rule = rule(2, 2, (call) => {
  const [value, path] = [arg(call, 0), arg(call, 1)];
  if (isNull(value) || isNull(path)) return nullOf(text());
  const source = isSemiStructured(value.type) ? value.sql : `sf_parse_json(${textArg(call, 0).sql}, false)`;
  return typed(`sf_v_text(sf_get_path(${source}, ${textArg(call, 1).sql}), 'UTC')`, text(), true);
});

const getIgnoreCase: Rule = takesStructured(
  rule(2, 2, (call) => {
    const value = arg(call, 0);
    if (isStructured(value.type))
      return stepIgnoringCase(value, arg(call, 1), call.name, call.binder.settings, call.node);
    return typed(`sf_get_ignore_case(${needsObject(call, 0).sql}, ${textArg(call, 1).sql})`, VARIANT, true);
  }),
);

const objectKeys: Rule = rule(1, 1, (call) => typed(`sf_object_keys(${needsObject(call, 0).sql})`, ARRAY, true));

const typeOf: Rule = rule(1, 1, (call) => result(call, `sf_v_kind(${jsonArg(call, 0)})`, text()));

/** PARSE_JSON(text[, 's' | 'd']): with `d` the last one of equal keys counts, else they are an error. */
function parseJson(name: string): Rule {
  return rule(1, 2, (call) => {
    const value = arg(call, 0);
    if (isSemiStructured(value.type)) return { ...value, type: VARIANT };
    const mode = call.args[1] ? stringOf(arg(call, 1))?.toLowerCase() : 's';
    if (mode !== 's' && mode !== 'd')
      throw call.binder.translation.unsupported('this parameter of PARSE_JSON', call.node);
    return typed(`${name}(${textArg(call, 0).sql}, ${mode === 'd'})`, VARIANT, true);
  });
}

const toJson: Rule = rule(1, 1, (call) => {
  const zone = quoteText(call.binder.settings.zone);
  return result(call, `sf_v_json(${jsonArg(call, 0)}, ${zone})`, text());
});

const checkJson: Rule = rule(1, 1, (call) => typed(`sf_check_json(${textArg(call, 0).sql})`, text(), true));

const toVariant: Rule = rule(1, 1, (call) =>
  isNull(arg(call, 0)) ? nullOf(VARIANT) : result(call, jsonArg(call, 0), VARIANT),
);

const toObject: Rule = rule(1, 1, (call) => cast(arg(call, 0), OBJECT, call.binder.settings));

/** STRIP_NULL_VALUE: JSON's null becomes SQL's. */
const stripNull: Rule = rule(1, 1, (call) => typed(`nullif(${jsonArg(call, 0)}, 'null')`, VARIANT, true));

/** Functions of objects and of VARIANT values. Source: docs, "Semi-structured and structured data functions". */
export const objectRules: Rules = {
  OBJECT_CONSTRUCT: construct(false),
  OBJECT_CONSTRUCT_KEEP_NULL: construct(true),
  OBJECT_INSERT: structuredOr(insert, typedObjects.insert),
  OBJECT_DELETE: structuredOr(keys('sf_object_delete'), typedObjects.remove),
  OBJECT_PICK: structuredOr(keys('sf_object_pick'), typedObjects.pick),
  OBJECT_KEYS: structuredOr(objectKeys, typedObjects.keys),
  GET: get,
  GET_PATH: getPath,
  GET_IGNORE_CASE: getIgnoreCase,
  JSON_EXTRACT_PATH_TEXT: jsonPathText,
  PARSE_JSON: parseJson('sf_parse_json'),
  TRY_PARSE_JSON: parseJson('sf_try_parse_json'),
  STRIP_NULL_VALUE: stripNull,
  CHECK_JSON: checkJson,
  TO_JSON: toJson,
  TO_VARIANT: takesStructured(toVariant),
  TO_OBJECT: takesStructured(toObject),
  TYPEOF: typeOf,
};
