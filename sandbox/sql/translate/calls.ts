import { SqlError } from '../../engine.ts';
import { isStructured, text, typeName } from '../types/type.ts';
import { withCollation } from './collations.ts';
import type { ExpressionBinder } from './expressions.ts';
import { compilation, invalidTypes, unknownFunction, wrongCount } from './failures.ts';
import { systemCall } from './functions/context.ts';
import { KNOWN_UNSUPPORTED, ruleOf } from './functions/registry.ts';
import type { Rule } from './functions/rule.ts';
import { callScript } from './scripts.ts';
import { namedArguments } from './stars.ts';
import { refuseStructured } from './structured-paths.ts';
import type { CallExpr, StarExpr } from './syntax/ast.ts';
import { nullOf, stringConstant, type Typed } from './typed.ts';
import { inlineFunction, userCall } from './user-functions.ts';

/**
 * Translates a function's call by its rule. Only functions with a rule pass: others are refused, by name where Snowflake
 * has them (000002), else as unknown (002140).
 */
export function callFunction(binder: ExpressionBinder, asked: CallExpr): Typed {
  const name = asked.name.map((part) => part.name).join('.');
  const node = readsStars(name, asked) ? asked : namedArguments(binder, asked);
  if (name === 'SYS_CONNECT_BY_PATH' && binder.frame.hierarchy) return binder.frame.hierarchy.path(node);
  const measured = binder.frame.recognition?.call(node);
  if (measured) return measured;
  if (node.semantics) throw binder.translation.unsupported('RUNNING and FINAL outside of MEASURES', node);
  const rule = node.name.length === 1 ? ruleOf(name) : undefined;
  if (!rule) {
    const isRefused = KNOWN_UNSUPPORTED.has(name);
    if (isRefused && name.startsWith('SYSTEM$')) throw binder.translation.unsupported(`the function ${name}`, node);
    const answered = fromScope(binder, node, name);
    if (answered) return answered;
    if (node.name[0]?.name === 'SNOWFLAKE') throw binder.translation.unsupported(`the function ${name}`, node);
    if (node.name.length > 1) {
      throw compilation('002141', '42601', `Unknown user-defined function ${name}`, node);
    }
    if (isRefused) throw binder.translation.unsupported(`the function ${name}`, node);
    throw unknownFunction(name, node);
  }
  checkCall(binder, node, name, rule);
  refuseNames(binder, node, name);
  return bindCall(binder, node, name, rule);
}

/** Whether a call has no star among its arguments, or one of which its rule makes more than the columns in a row. */
function readsStars(name: string, { args }: CallExpr): boolean {
  const [first] = args;
  if (name === 'COUNT' && first?.value.kind === 'star') return !isFiltered(first.value);
  return STAR_RULES.has(name) || !args.some(({ value }) => value.kind === 'star');
}

const STAR_RULES = new Set(['OBJECT_CONSTRUCT', 'OBJECT_CONSTRUCT_KEEP_NULL', 'HASH', 'HASH_AGG']);

const isFiltered = ({ ilike, exclude, replace, rename }: StarExpr): boolean =>
  ilike !== undefined || exclude.length + replace.length + rename.length > 0;

/** Names of functions that act on the account or read its catalog. */
const ACTING = /^(?:SYSTEM\$|GET_DDL$)/;

/** What only the session knows: context functions, functions that users made, functions that act. */
function fromScope(binder: ExpressionBinder, node: CallExpr, name: string): Typed | undefined {
  const { scope } = binder.translation;
  const isPlain = node.name.length === 1;
  if (isPlain && node.args.length === 0) {
    const text_ = scope.contextFunction?.(name);
    if (text_ !== undefined) return text_ === null ? nullOf(text()) : { ...stringConstant(text_), type: text() };
  }
  const overloads = scope.userFunctions?.(
    node.name.map((part) => part.name),
    node.args.map((argument) => argument.name),
  );
  const asked = userCall(binder, node, overloads ?? []);
  const script = asked?.user.script;
  if (asked) return script ? callScript(binder, asked, script) : inlineFunction(binder, node, asked);
  return isPlain && ACTING.test(name) ? systemCall({ binder, node, name, args: [] }) : undefined;
}

function checkCall(binder: ExpressionBinder, node: CallExpr, name: string, rule: Rule): void {
  const count = node.args.length;
  if (count < rule.min || count > rule.max) {
    const shown = binder.translation.text(node);
    throw wrongCount(shown.toUpperCase(), count < rule.min ? rule.min : rule.max, count, node);
  }
  if (node.over && !rule.isAggregate && !rule.isWindow) {
    throw compilation('002073', '42601', `Function ${name} does not support the OVER clause`, node);
  }
  if (rule.isWindow && !node.over && !rule.isAggregate) {
    throw compilation(
      '002303',
      '42601',
      `Window function [${binder.translation.text(node).toUpperCase()}] requires an OVER clause`,
      node,
    );
  }
  if (node.isDistinct && !rule.isAggregate) {
    throw compilation('001003', '42000', `DISTINCT cannot be used with function ${name}`, node);
  }
  if (node.withinGroup && !rule.isAggregate) {
    throw compilation('002303', '42601', `Function ${name} does not support WITHIN GROUP`, node);
  }
}

/** Names that arguments have in calls of functions whose rules take them by place. Source: docs, "ROUND". */
const ARGUMENT_NAMES: Readonly<Record<string, readonly string[]>> = { ROUND: ['EXPR', 'SCALE', 'ROUNDING_MODE'] };

/** Functions whose rules read the names of their arguments. */
const READS_NAMES = new Set(['PARSE_XML', 'CHECK_XML']);

/** Arguments with names other than those that the pages tell are refused: by place they would mean something else. */
function refuseNames(binder: ExpressionBinder, node: CallExpr, name: string): void {
  if (READS_NAMES.has(name) || node.args.every((argument) => argument.name === undefined)) return;
  const known = ARGUMENT_NAMES[name];
  const isKnown = node.args.length > 1 && node.args.every((argument, index) => argument.name === known?.[index]);
  if (!isKnown) throw binder.translation.unsupported(`${name} with these names of arguments`, node);
}

/** Functions that Snowflake says take no structured value. Source: docs, "Structured data types", other functions. */
const SEMI_STRUCTURED_ONLY = new Set(['AS_ARRAY', 'AS_OBJECT', 'IS_ARRAY', 'IS_OBJECT', 'TYPEOF']);

function refuseStructuredArguments(binder: ExpressionBinder, node: CallExpr, name: string, args: readonly Typed[]) {
  const found = args.find(({ type }) => isStructured(type));
  if (!found) return;
  if (SEMI_STRUCTURED_ONLY.has(name)) refuseStructured(name, args, node);
  throw binder.translation.unsupported(`${name} of ${typeName(found.type)}`, node);
}

/** Functions whose text has the collation of their arguments. Source: docs, "Collation details" of their pages. */
const KEEPS_COLLATION: ReadonlySet<string> = new Set(
  `UPPER LOWER INITCAP TRIM LTRIM RTRIM SUBSTR SUBSTRING LEFT RIGHT LPAD RPAD REPEAT CONCAT COALESCE NVL IFNULL IFF
  ANY_VALUE`.split(/\s+/),
);

/** Functions that compare by the collation, or to which it means nothing. */
const KNOWS_COLLATION: ReadonlySet<string> = new Set(
  'MIN MAX APPROX_COUNT_DISTINCT HLL EQUAL_NULL LENGTH LEN OCTET_LENGTH BIT_LENGTH ASCII UNICODE'.split(' '),
);

function bindCall(binder: ExpressionBinder, node: CallExpr, name: string, rule: Rule): Typed {
  const work = () => {
    const values = node.args.map((argument) => argument.value);
    const isCollated = KEEPS_COLLATION.has(name) || KNOWS_COLLATION.has(name);
    const args = rule.isRaw ? [] : isCollated ? binder.collatedAll(values) : binder.bindAll(values);
    if (!rule.takesStructured) refuseStructuredArguments(binder, node, name, args);
    try {
      const result = rule.bind({ binder, node, name, args });
      return KEEPS_COLLATION.has(name) ? withCollation(result, args) : result;
    } catch (error) {
      // Only conversions speak of the type that they cannot convert; other functions refuse their arguments.
      const isConversion = error instanceof SqlError && error.code === '001007' && !/^(?:TRY_)?TO_/.test(name);
      if (!isConversion || rule.isRaw) throw error;
      throw invalidTypes(
        name,
        args.map(({ type }) => type),
        node,
      );
    }
  };
  const { frame } = binder;
  if (node.over) {
    if (frame.aggregateDepth > 0) {
      throw compilation('002073', '42601', `Window function [${name}] may not be nested inside an aggregate`, node);
    }
    frame.hasWindow = true;
    return work();
  }
  if (!rule.isAggregate) return work();
  if (frame.aggregateDepth > 0) {
    throw compilation(
      '002302',
      '42601',
      `Aggregate functions cannot be nested: [${binder.translation.text(node).toUpperCase()}]`,
      node,
    );
  }
  return frame.insideAggregate(work);
}
