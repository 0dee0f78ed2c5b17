import { isCoercible } from '../../types/assign.ts';
import { storeField } from '../../types/structured.ts';
import { BOOLEAN, field, fixed, isSemiStructured, isStructured, structured, text } from '../../types/type.ts';
import { cast, commonType } from '../coerce.ts';
import { converterOf, elementOf, keyOf, unusable } from '../structured-paths.ts';
import { isNull, type Typed, typed } from '../typed.ts';
import { arg, booleanArg, type Call, nullable, type Rule, type Rules, rule, takesStructured } from './rule.ts';

const refuse = (call: Call) =>
  unusable(
    call.name,
    call.args.map((value) => value.type),
  );

function mapArg(call: Call, index: number): Typed {
  const value = arg(call, index);
  if (!isStructured(value.type) || value.type.type !== 'map') throw refuse(call);
  return value;
}

const isNumeric = (map: Typed) => map.type.fields?.[0]?.type === 'fixed';

/** An argument as the text under which the map keeps that key. */
function keyArg(call: Call, index: number, map: Typed): string {
  const key = arg(call, index);
  if (isNull(key)) return 'CAST(NULL AS VARCHAR)';
  return keyOf(map.type, key, call.binder.settings, () => refuse(call));
}

/** MAP_CAT(map, map): where both have a key the second one's value stands. */
const concatenate: Rule = rule(2, 2, (call) => {
  const [a, b] = [mapArg(call, 0), mapArg(call, 1)];
  const type = commonType(a.type, b.type);
  if (!type) throw refuse(call);
  const { settings } = call.binder;
  const [left, right] = [cast(a, type, settings), cast(b, type, settings)];
  return typed(`sf_map_cat(${left.sql}, ${right.sql}, ${isNumeric(left)})`, type, nullable(a, b));
});

const containsKey: Rule = rule(2, 2, (call) => {
  const map = mapArg(call, 1);
  return typed(`sf_map_has(${map.sql}, ${keyArg(call, 0, map)})`, BOOLEAN, nullable(...call.args));
});

/** MAP_DELETE and MAP_PICK take keys one by one; MAP_PICK also in an array. */
function byKeys(duckName: string, takesArray: boolean): Rule {
  return rule(2, 255, (call) => {
    const map = mapArg(call, 0);
    const [only, ...more] = call.args.slice(1);
    const isArray = only && more.length === 0 && only.type.type === 'array' && takesArray;
    if (isArray && (isStructured(only.type) || isSemiStructured(only.type))) {
      const key = map.type.fields?.[0] ?? field(text());
      const list = cast(only, structured('array', field(key)), call.binder.settings);
      return typed(`${duckName}(${map.sql}, ${list.sql})`, map.type, nullable(map, only));
    }
    const texts = call.args.slice(1).map((_, index) => `CAST(to_json(${keyArg(call, index + 1, map)}) AS VARCHAR)`);
    return typed(`${duckName}(${map.sql}, '[' || concat_ws(',', ${texts.join(', ')}) || ']')`, map.type, map.nullable);
  });
}

/** MAP_INSERT(map, key, value[, update]): without `update` a key that is there already is an error; a NULL key changes nothing. */
const insert: Rule = rule(3, 4, (call) => {
  const map = mapArg(call, 0);
  const value = arg(call, 2);
  const { settings } = call.binder;
  const own = elementOf(map.type);
  if (!isNull(value) && !isCoercible(value.type, own)) throw refuse(call);
  const update = call.args.length > 3 ? `coalesce(${booleanArg(call, 3).sql}, false)` : 'false';
  const stored = storeField(cast(value, own, settings).sql, own, map.type, converterOf(settings));
  const key = keyArg(call, 1, map);
  const put = `sf_map_insert(${map.sql}, ${key}, ${stored}, ${update}, ${isNumeric(map)})`;
  return typed(arg(call, 1).nullable ? `coalesce(${put}, ${map.sql})` : put, map.type, map.nullable);
});

/** MAP_KEYS: an array of the keys' type. */
const keys: Rule = rule(1, 1, (call) => {
  const map = mapArg(call, 0);
  const key = map.type.fields?.[0] ?? field(text());
  return typed(`sf_map_keys(${map.sql}, ${isNumeric(map)})`, structured('array', field(key)), map.nullable);
});

const size: Rule = rule(1, 1, (call) => {
  const map = mapArg(call, 0);
  return typed(`CAST(len(json_keys(${map.sql})) AS DECIMAL(9,0))`, fixed(9, 0), map.nullable);
});

/** Maps. Source: docs, "Semi-structured and structured data functions", Map. */
export const mapRules: Rules = {
  MAP_CAT: takesStructured(concatenate),
  MAP_CONTAINS_KEY: takesStructured(containsKey),
  MAP_DELETE: takesStructured(byKeys('sf_object_delete', false)),
  MAP_INSERT: takesStructured(insert),
  MAP_KEYS: takesStructured(keys),
  MAP_PICK: takesStructured(byKeys('sf_object_pick', true)),
  MAP_SIZE: takesStructured(size),
};
