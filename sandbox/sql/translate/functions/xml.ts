import { isSemiStructured, OBJECT, text } from '../../types/type.ts';
import { asBoolean, asText } from '../coerce.ts';
import { invalidTypes } from '../failures.ts';
import { isNull, nullOf, type Typed, typed } from '../typed.ts';
import { jsonArg } from './objects.ts';
import { arg, type Call, integerArg, type Rule, type Rules, raw, rule, textArg } from './rule.ts';

const NAMES = ['STR', 'DISABLE_AUTO_CONVERT'];

/** The arguments of PARSE_XML and CHECK_XML in their order: all by place, or all by name. */
function documentArguments({ binder, node, name }: Call): { document: Typed; keepsText: string } {
  const named = node.args.filter((argument) => argument.name !== undefined);
  const isKnown =
    named.every((one) => NAMES.includes(one.name ?? '')) && new Set(named.map((one) => one.name)).size === named.length;
  if ((named.length > 0 && named.length < node.args.length) || !isKnown) {
    throw binder.translation.unsupported(`${name} with these names of arguments`, node);
  }
  const ordered = named.length === 0 ? node.args : NAMES.map((one) => named.find((argument) => argument.name === one));
  const [first, second] = ordered;
  if (!first) throw binder.translation.unsupported(`${name} without STR`, node);
  const [document, flag] = binder.bindAll([first, ...(second ? [second] : [])].map((argument) => argument.value));
  if (!document) throw new Error(`${name} was called without an argument`);
  return {
    document: asText(document, binder.settings),
    keepsText: flag ? `coalesce(${asBoolean(flag, binder.settings).sql}, false)` : 'false',
  };
}

const parse: Rule = raw(1, 2, (call) => {
  const { document, keepsText } = documentArguments(call);
  return typed(`sf_parse_xml(${document.sql}, ${keepsText})`, OBJECT, true);
});

const check: Rule = raw(1, 2, (call) => typed(`sf_check_xml(${documentArguments(call).document.sql})`, text(), true));

/** XMLGET(value, name[, instance]): takes no text, though it be XML. */
const get: Rule = rule(2, 3, (call) => {
  const value = arg(call, 0);
  if (isNull(value)) return nullOf(OBJECT);
  if (value.type.type !== 'object' && value.type.type !== 'variant') throw refused(call);
  const instance = call.args.length > 2 ? integerArg(call, 2) : 'CAST(0 AS BIGINT)';
  return typed(`sf_xmlget(${value.sql}, ${textArg(call, 1).sql}, ${instance})`, OBJECT, true);
});

/** TO_XML(value). Pages say that any type is cast to VARIANT; of texts Snowflake is said to refuse them. */
const toXml: Rule = rule(1, 1, (call) => {
  const value = arg(call, 0);
  if (isNull(value)) return nullOf(text());
  const isKnown = isSemiStructured(value.type) || ['fixed', 'boolean'].includes(value.type.type);
  if (!isKnown) throw call.binder.translation.unsupported(`TO_XML of ${value.type.type.toUpperCase()}`, call.node);
  return typed(`sf_to_xml(${jsonArg(call, 0)})`, text(), true);
});

function refused(call: Call) {
  const types = call.args.map((one) => one.type);
  return invalidTypes(call.name, types, call.node);
}

/** Functions of XML. Source: docs, PARSE_XML, CHECK_XML, XMLGET, TO_XML. */
export const xmlRules: Rules = {
  PARSE_XML: parse,
  CHECK_XML: check,
  XMLGET: get,
  TO_XML: toXml,
};
