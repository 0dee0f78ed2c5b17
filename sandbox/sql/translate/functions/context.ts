import { quoteText } from '../../types/literal.ts';
import { BOOLEAN, text, typeName } from '../../types/type.ts';
import { asText } from '../coerce.ts';
import { compilation } from '../failures.ts';
import { bindVariable } from '../names.ts';
import { integerOf, isNull, nullOf, stringConstant, stringOf, type Typed } from '../typed.ts';
import { arg, type Call, type Rule, type Rules, raw, rawArg, result, rule, textArg } from './rule.ts';

/** A text of the session as a constant; NULL where there is none. */
function constant(value: string | null): Typed {
  return value === null ? nullOf(text()) : { ...stringConstant(value), type: text() };
}

function session(read: (call: Call) => string | null): Rule {
  return rule(0, 0, (call) => constant(read(call)));
}

const lastQueryId: Rule = rule(0, 1, (call) => {
  const first = call.args[0];
  const n = first ? integerOf(first) : -1;
  if (n === undefined || n === 0)
    throw compilation('001015', '22023', 'LAST_QUERY_ID needs a constant number', call.node);
  return constant(call.binder.translation.scope.lastQueryId(n));
});

const currentSession: Rule = rule(0, 0, (call) => constant(call.binder.translation.scope.sessionId));

/** Constant arguments of a system function, as texts. */
function constants(call: Call): readonly (string | null)[] {
  return call.node.args.map((_, index) => {
    const value = call.binder.bind(rawArg(call, index));
    if (isNull(value)) return null;
    if (value.constant?.kind === 'string') return value.constant.value;
    if (value.constant?.kind === 'number') return value.constant.text;
    if (value.constant?.kind === 'boolean') return String(value.constant.value);
    throw compilation('001015', '22023', `argument ${index + 1} of function ${call.name} must be constant`, call.node);
  });
}

/** Functions that act or read the catalog: the scope runs them while translating. Undefined: it knows none of that name. */
export function systemCall(call: Call): Typed | undefined {
  const answer = call.binder.translation.systemFunction(call.name, constants(call), call.node);
  return answer === undefined ? undefined : constant(answer);
}

/** SYSTEM$TYPEOF(x): type and storage, e.g. `NUMBER(3,0)[SB2]`. */
const typeOf: Rule = raw(1, 1, (call) => {
  const value = call.binder.bind(rawArg(call, 0));
  return { ...stringConstant(storageName(value)), type: text() };
});

function storageName(value: Typed): string {
  const { type, precision, scale, length } = value.type;
  if (isNull(value)) return 'NULL[LOB]';
  switch (type) {
    case 'fixed': {
      const digits = precision ?? 38;
      const size = digits <= 2 ? 'SB1' : digits <= 4 ? 'SB2' : digits <= 9 ? 'SB4' : digits <= 18 ? 'SB8' : 'SB16';
      return `NUMBER(${digits},${scale ?? 0})[${size}]`;
    }
    case 'real':
      return 'FLOAT[DOUBLE]';
    case 'text':
      return `VARCHAR(${length ?? 16777216})[LOB]`;
    case 'binary':
      return `BINARY(${length ?? 8388608})[LOB]`;
    case 'boolean':
      return 'BOOLEAN[SB1]';
    case 'date':
      return 'DATE[SB4]';
    case 'time':
      return `TIME(${scale ?? 9})[SB8]`;
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return `${type.toUpperCase()}(${scale ?? 9})[${(scale ?? 9) > 7 ? 'SB16' : 'SB8'}]`;
    case 'timestamp_tz':
      return `TIMESTAMP_TZ(${scale ?? 9})[SB16]`;
    default:
      return `${typeName(value.type)}[LOB]`;
  }
}

/** IS_ROLE_IN_SESSION(name): true for an active role and all that it inherits. */
const isRoleInSession: Rule = rule(1, 1, (call) => {
  const names = call.binder.translation.scope.activeRoles?.() ?? [];
  const list = names.map(quoteText).join(', ');
  return result(call, `(${textArg(call, 0).sql} IN (${list || 'NULL'}))`, BOOLEAN);
});

/** GETVARIABLE(name): the session variable's text; NULL where there is none. Names are as stored: in capitals. */
const getVariable: Rule = rule(1, 1, (call) => {
  const name = stringOf(arg(call, 0));
  if (name === undefined)
    throw compilation('002030', '42601', 'argument 1 to function GETVARIABLE needs to be constant', call.node);
  const { translation, settings } = call.binder;
  if (!translation.scope.variable(name)) return nullOf(text());
  return asText(bindVariable(translation, { ...call.node, kind: 'variable', name }), settings);
});

const invokerRole = session((call) => call.binder.translation.scope.role);

/** Context functions. Source: docs, "Context functions", "System functions". */
export const contextRules: Rules = {
  CURRENT_USER: session((call) => call.binder.translation.scope.user),
  CURRENT_ROLE: session((call) => call.binder.translation.scope.role),
  CURRENT_WAREHOUSE: session((call) => call.binder.translation.scope.warehouse),
  CURRENT_DATABASE: session((call) => call.binder.translation.scope.database),
  CURRENT_SCHEMA: session((call) => call.binder.translation.scope.schema),
  CURRENT_SESSION: currentSession,
  INVOKER_ROLE: invokerRole,
  IS_ROLE_IN_SESSION: isRoleInSession,
  GETVARIABLE: getVariable,
  LAST_QUERY_ID: lastQueryId,
  SYSTEM$TYPEOF: typeOf,
};
