/**
 * What stands in QuickJS before a routine's own text: an expression whose value is a function `(config, ask, run)` that
 * compiles the routine and gives its entry `(what, text) => text`. It holds on to the built-in functions that it needs
 * before the routine can change them, and shows the routine nothing but its arguments and `snowflake`. Strings alone go
 * through the entry: answers begin with `+`, failures with `!` (a ScriptFailure as JSON).
 *
 * It is written as text, as it never runs in this process; `prelude.ts` has what routines of all forms share, `api.ts`
 * the objects of stored procedures. Sources of the rules: docs, "Introduction to JavaScript UDFs", "Tabular JavaScript UDFs",
 * "JavaScript stored procedures API".
 */
import { PROCEDURE_API } from './api.ts';

export const PRELUDE = String.raw`(function () {
'use strict';
const { parse, stringify } = JSON;
const { keys, getPrototypeOf, setPrototypeOf, defineProperty } = Object;
const { isArray } = Array;
const { isInteger, isNaN: isNotNumber } = Number;
const NativeDate = Date, NativeError = Error, NativeBytes = Uint8Array, NativeFunction = Function, NativeNumber = Number;
const NativeString = String, NativeMap = Map, NativeTypeError = TypeError, NativeBigInt = BigInt;
const apply = Reflect.apply;
const uncurry = (method) => (self, ...args) => apply(method, self, args);
const timeOf = uncurry(Date.prototype.getTime);
const cut = uncurry(String.prototype.slice), placeOf = uncurry(String.prototype.indexOf);
const splitText = uncurry(String.prototype.split), replaceText = uncurry(String.prototype.replace);
const test = uncurry(RegExp.prototype.exec);
const sorted = uncurry(Array.prototype.sort), concat = uncurry(Array.prototype.concat);
const mapGet = uncurry(Map.prototype.get), mapSet = uncurry(Map.prototype.set);
const bytesLength = uncurry(Object.getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'length').get);
const TAG = '\ue000';
const ownFailures = new WeakMap();
const ownFailure = uncurry(WeakMap.prototype.get), keepFailure = uncurry(WeakMap.prototype.set);

const isDate = (value) => {
  // Whoever throws takes long: it is not asked of every object.
  if (!(value instanceof NativeDate)) return false;
  try { timeOf(value); return true; } catch { return false; }
};
const isBytes = (value) => value instanceof NativeBytes;

const HEX = '0123456789ABCDEF';
function hexOf(bytes) {
  let out = '';
  const length = bytesLength(bytes);
  for (let i = 0; i < length; i += 1) out += HEX[bytes[i] >> 4] + HEX[bytes[i] & 15];
  return out;
}
function bytesOf(hex) {
  const bytes = new NativeBytes(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = placeOf(HEX, hex[2 * i]) * 16 + placeOf(HEX, hex[2 * i + 1]);
  return bytes;
}
function numberOf(text) {
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : text === 'nan' ? NaN : +text;
}
/** Milliseconds since 1970 of a wall clock's nanoseconds, in the session's zone. */
function atWall(nanos) {
  const ms = NativeNumber(nanos.length > 6 ? cut(nanos, 0, -6) : '0');
  const wall = new NativeDate(ms);
  const date = new NativeDate(2000, 0, 1);
  date.setFullYear(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate());
  date.setHours(wall.getUTCHours(), wall.getUTCMinutes(), wall.getUTCSeconds(), wall.getUTCMilliseconds());
  return timeOf(date);
}
function msOf(nanos) {
  return NativeNumber(nanos.length > 6 ? cut(nanos, 0, -6) : '0');
}

/** A value of the account's canonical text for VARIANT: JSON in which TAG and a letter begin what JSON has no word for. */
function revived(value) {
  if (typeof value === 'string') {
    if (value[0] !== TAG) return value;
    const rest = cut(value, 2);
    switch (value[1]) {
      case 's': return rest;
      case 'u': return undefined;
      case 'f': case 'n': return rest === 'NaN' ? NaN : +rest;
      case 'b': return bytesOf(rest);
      case 'd': { const [, y, m, d] = test(/^(-?\d+)-(\d+)-(\d+)/, rest) ?? []; return y === undefined ? rest : new NativeDate(+y, +m - 1, +d); }
      case 'N': return new NativeDate(atWall(rest));
      case 'L': return new NativeDate(msOf(rest));
      case 'Z': return new NativeDate(msOf(splitText(rest, ' ')[0]));
      default: return rest;
    }
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    for (let i = 0; i < value.length; i += 1) value[i] = revived(value[i]);
    return value;
  }
  for (const key of keys(value)) value[key] = revived(value[key]);
  return value;
}

/** Decoders by kind: those of most rows are short, as they are called for each of them. */
function decoderOf(kind) {
  if (kind === 'text') return (text) => text === null ? undefined : text;
  if (kind !== 'real') return (text) => decode(kind, text);
  return (text) => {
    if (text === null) return undefined;
    const number = +text;
    return number === number ? number : numberOf(text);
  };
}
function encoderOf(kind) {
  if (kind === 'text') return (value) => typeof value === 'string' ? value : encode(kind, value);
  if (kind !== 'real') return (value) => encode(kind, value);
  return (value) => typeof value === 'number' && value - value === 0 ? '' + value : encode(kind, value);
}

function decode(kind, text) {
  if (text === null || text === undefined) return undefined;
  switch (kind) {
    case 'real': return numberOf(text);
    case 'boolean': return text === 'true';
    case 'binary': return bytesOf(text);
    case 'date': return new NativeDate(atWall(text));
    case 'moment': return new NativeDate(numberOf(text));
    case 'variant': case 'object': case 'array':
      return placeOf(text, TAG) < 0 ? parse(text) : revived(parse(text));
    default: return text;
  }
}

function canonicalNumber(value) {
  if (!isInteger(value)) {
    const text = '' + value;
    if (test(/^-?\d+\.\d+$/, text) === null) return stringify(TAG + 'f' + text);
    const digits = replaceText(replaceText(text, /[-.]/g, ''), /^0+/, '');
    return digits.length <= 15 && test(/^-?0\.0000/, text) === null ? text : stringify(TAG + 'n' + text);
  }
  if (value === 0) return '0';
  const text = '' + value;
  return test(/e/, text) === null ? text : stringify(TAG + 'f' + text);
}

/** The canonical text of a value; undefined for what is left out. */
function canonical(value) {
  switch (typeof value) {
    case 'string': return stringify(value[0] === TAG ? TAG + 's' + value : value);
    case 'number': return canonicalNumber(value);
    case 'boolean': return value ? 'true' : 'false';
    case 'bigint': { const text = '' + value; return text.length > 38 ? stringify(TAG + 'f' + NativeNumber(value)) : text; }
    case 'object': break;
    default: return undefined;
  }
  if (value === null) return 'null';
  if (isDate(value)) {
    const ms = timeOf(value);
    return isNotNumber(ms) ? 'null' : stringify(TAG + 'L' + (ms === 0 ? '0' : ms + '000000'));
  }
  if (isBytes(value)) return stringify(TAG + 'b' + hexOf(value));
  if (value instanceof NativeNumber || value instanceof NativeString || value instanceof Boolean) return canonical(value.valueOf());
  let out = '';
  if (isArray(value)) {
    const length = value.length;
    for (let i = 0; i < length; i += 1) {
      const item = canonical(value[i]);
      out += (i > 0 ? ',' : '') + (item === undefined ? stringify(TAG + 'u') : item);
    }
    return '[' + out + ']';
  }
  const names = sorted(keys(value));
  for (let i = 0; i < names.length; i += 1) {
    const item = canonical(value[names[i]]);
    if (item !== undefined) out += (out === '' ? '' : ',') + stringify(names[i]) + ':' + item;
  }
  return '{' + out + '}';
}

/** A value in the type that the routine declares: a text, or null for SQL NULL. */
function encode(kind, value) {
  if (value === undefined) return null;
  if (kind === 'variant') return canonical(value) ?? null;
  if (value === null) return null;
  switch (kind) {
    case 'real': {
      const number = NativeNumber(value);
      return isNotNumber(number) ? 'nan' : number === Infinity ? 'inf' : number === -Infinity ? '-inf' : '' + number;
    }
    case 'boolean': return value ? 'true' : 'false';
    case 'binary':
      if (!isBytes(value)) throw new NativeTypeError('the result is not a Uint8Array');
      return hexOf(value);
    case 'date': case 'moment': {
      const ms = isDate(value) ? timeOf(value) : timeOf(new NativeDate(value));
      if (isNotNumber(ms)) throw new NativeTypeError('the result is not a date');
      return '' + ms;
    }
    case 'object': case 'array': return canonical(value) ?? null;
    default: return typeof value === 'string' ? value : NativeString(value);
  }
}

function shown(thrown) {
  try {
    if (thrown instanceof NativeError) {
      const text = NativeString(thrown);
      if (test(/^InternalError: stack overflow/, text) !== null) return 'RangeError: Maximum call stack size exceeded';
      return text;
    }
    if (typeof thrown === 'object' && thrown !== null) {
      const own = thrown.toString;
      if (own === Object.prototype.toString) return '#<' + (thrown.constructor && thrown.constructor.name || 'Object') + '>';
    }
    return NativeString(thrown);
  } catch { return '#<Object>'; }
}
function stackOf(thrown) {
  try { return thrown instanceof NativeError ? '' + thrown.stack : ''; } catch { return ''; }
}
function failure(thrown) {
  const own = typeof thrown === 'object' && thrown !== null ? ownFailure(ownFailures, thrown) : undefined;
  const text = own ? own.message : shown(thrown);
  const stage = own ? 'sql' : test(/out of memory/, text) !== null && thrown instanceof NativeError ? 'memory' : 'run';
  return '!{"stage":"' + stage + '","text":' + stringify(text) + ',"stack":' + stringify(own ? own.trace : stackOf(thrown)) + '}';
}

${PROCEDURE_API}

return function (configText, ask, run) {
  const config = parse(configText);
  const { name, parameters, returns, columns, isStrict } = config;
  const names = [];
  for (let i = 0; i < parameters.length; i += 1) names[i] = parameters[i].name;

  const count = parameters.length;
  const decoders = [];
  for (let i = 0; i < count; i += 1) decoders[i] = decoderOf(parameters[i].kind);
  const [first, second] = decoders;
  const encoded = encoderOf(returns);
  /** The arguments that begin at a place of a list. */
  function argumentsOf(cells, at) {
    const args = [];
    for (let i = 0; i < count; i += 1) args[i] = decoders[i](cells[at + i]);
    return args;
  }
  function hasNull(cells, at) {
    for (let i = 0; i < count; i += 1) if (cells[at + i] === null) return true;
    return false;
  }
  function globals() {
    if (config.form === 'procedure') return snowflakeOf(name, config.body, ask);
    return quietSnowflake();
  }
  const hide = (key, value) => defineProperty(globalThis, key, { value, writable: true, configurable: true, enumerable: false });
  hide('snowflake', globals());

  if (config.form === 'table') {
    const handler = run('(' + config.body + '\n)', name);
    return tableEntry(handler);
  }
  run('function ' + name + '(' + names + ') {' + config.body + '\n}', name);
  // A text that closes the braces around it is no body: compiled by itself, it is refused.
  new NativeFunction(concat(names, []), config.body);
  const called = globalThis[name];

  function entry(what, text) {
    try {
      if (what === 'procedure') {
        const row = parse(text);
        if (isStrict && hasNull(row, 0)) return '+null';
        const value = encode(returns, apply(called, undefined, argumentsOf(row, 0)));
        return '+' + (value === null ? 'null' : stringify(value));
      }
      const cells = parse(text);
      // Without a prototype: what the routine has put there is asked for nothing.
      const results = setPrototypeOf([], null);
      const length = count === 0 ? cells[0] : cells.length / count;
      for (let i = 0, at = 0; i < length; i += 1, at += count) {
        results[i] = isStrict && hasNull(cells, at) ? null
          : encoded(count === 1 ? called(first(cells[at])) : count === 2 ? called(first(cells[at]), second(cells[at + 1])) : apply(called, undefined, argumentsOf(cells, at)));
      }
      return '+' + stringify(results);
    } catch (thrown) { return failure(thrown); }
  }

  function tableEntry(handler) {
    let out = '';
    let index = null;
    const writer = { writeRow(row) {
      if (typeof row !== 'object' || row === null) throw new NativeTypeError('writeRow takes an object');
      let cells = index === null ? 'null' : '' + index;
      for (let i = 0; i < columns.length; i += 1) {
        const value = encode(columns[i].kind, row[columns[i].name]);
        cells += ',' + (value === null ? 'null' : stringify(value));
      }
      out += (out === '' ? '[' : ',[') + cells + ']';
    } };
    const context = {};
    const take = () => { const text = '+[' + out + ']'; out = ''; return text; };
    return function (what, text) {
      try {
        if (typeof handler !== 'object' || handler === null || typeof handler.processRow !== 'function') {
          throw new NativeTypeError(name + ' defines no object with a function processRow');
        }
        if (what === 'open') {
          out = '';
          const constants = parse(text);
          const info = {};
          for (let i = 0; i < parameters.length; i += 1) {
            const { name: argument, kind, type } = parameters[i];
            const isConst = constants[i] !== undefined && constants[i].length > 0;
            info[argument] = { type, isConst, constValue: isConst ? decode(kind, constants[i][0]) : undefined };
          }
          index = null;
          if (typeof handler.initialize === 'function') apply(handler.initialize, handler, [info, context]);
          out = '';
          return '+';
        }
        if (what === 'close') {
          index = null;
          if (typeof handler.finalize === 'function') apply(handler.finalize, handler, [writer, context]);
          return take();
        }
        const { first, rows } = parse(text);
        for (let i = 0; i < rows.length; i += 1) {
          if (isStrict && hasNull(rows[i], 0)) continue;
          const args = argumentsOf(rows[i], 0);
          const row = {};
          for (let j = 0; j < parameters.length; j += 1) row[parameters[j].name] = args[j];
          index = first + i;
          apply(handler.processRow, handler, [row, writer, context]);
        }
        return take();
      } catch (thrown) { return failure(thrown); }
    };
  }
  return entry;
};
})()`;
