import { SqlError, type TypeField } from '../../../engine.ts';
import { isCoercible } from '../../types/assign.ts';
import { quoteText } from '../../types/literal.ts';
import { storeField } from '../../types/structured.ts';
import { pickFields, putField } from '../../types/structured-fields.ts';
import { field, isStructured, structured, text } from '../../types/type.ts';
import { cast } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { converterOf, missingField, unusable } from '../structured-paths.ts';
import { isNull, stringOf, type Typed, typed } from '../typed.ts';
import { arg, type Call } from './rule.ts';

const types = (call: Call) => call.args.map((value) => value.type);

function objectArg(call: Call): Typed & { readonly fields: readonly TypeField[] } {
  const value = arg(call, 0);
  if (!isStructured(value.type) || value.type.type !== 'object') throw invalidTypes(call.name, types(call), call.node);
  return { ...value, fields: value.type.fields ?? [] };
}

/** The fields whose keys the arguments name: each a constant of the object's type. Throws SqlError 093201. */
function named(call: Call): readonly TypeField[] {
  const { fields } = objectArg(call);
  return call.args.slice(1).map((given) => {
    const key = stringOf(given);
    if (key === undefined) throw invalidTypes(call.name, types(call), call.node);
    const found = fields.find((part) => part.name === key);
    if (!found) throw missingField(call.name, key);
    return found;
  });
}

function subset(object: Typed, kept: readonly TypeField[]): Typed {
  return typed(pickFields(object.sql, object.type, kept), structured('object', ...kept), object.nullable);
}

/** OBJECT_DELETE(object, key, ...): the type loses the keys too. */
export const remove = (call: Call): Typed => {
  const object = objectArg(call);
  const gone = named(call);
  return subset(
    object,
    object.fields.filter((part) => !gone.includes(part)),
  );
};

/** OBJECT_PICK(object, key, ...): keys in the order of the arguments. */
export const pick = (call: Call): Typed => subset(objectArg(call), [...new Set(named(call))]);

/** OBJECT_KEYS: an ARRAY(VARCHAR). */
export const keys = (call: Call): Typed => {
  const object = objectArg(call);
  const list = quoteText(JSON.stringify(object.fields.map((part) => part.name)));
  const sql = object.nullable ? `CASE WHEN ${object.sql} IS NOT NULL THEN ${list} END` : list;
  return typed(sql, structured('array', field(text())), object.nullable);
};

/** OBJECT_INSERT(object, key, value[, update]): a new key becomes part of the type, a known one keeps its type. */
export const insert = (call: Call): Typed => {
  const object = objectArg(call);
  const key = stringOf(arg(call, 1));
  const value = arg(call, 2);
  const flag = call.args[3];
  const isUpdate = flag?.constant?.kind === 'boolean' ? flag.constant.value : false;
  if (key === undefined || (flag && flag.constant?.kind !== 'boolean'))
    throw invalidTypes(call.name, types(call), call.node);
  const known = object.fields.find((part) => part.name === key);
  if (known && !isUpdate) {
    const message = `Function ${call.name}: expected structured object to not contain field ${key} but it did.`;
    throw new SqlError('093202', '23001', message);
  }
  if (!known && isUpdate) throw missingField(call.name, key);
  const { settings } = call.binder;
  if (!known && isNull(value))
    throw call.binder.translation.unsupported(`${call.name} of a NULL without a type`, call.node);
  if (known && !isNull(value) && !isCoercible(value.type, known)) throw unusable(call.name, types(call));
  const part = known ?? field(value.type, value.nullable, key);
  const type = known ? object.type : structured('object', ...object.fields, part);
  const stored = storeField(cast(value, part, settings).sql, part, type, converterOf(settings));
  return typed(putField(object.sql, object.type, key, stored), type, object.nullable);
};
