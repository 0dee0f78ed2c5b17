/**
 * What stands in QuickJS before a routine's own text: an expression whose value is a function `(config, ask, run)` that
 * compiles the routine and gives its entry `(what, text) => text`. It holds on to the built-in functions that it needs
 * before the routine can change them, and shows the routine nothing but its arguments and `snowflake`. Strings alone go
 * through the entry: answers begin with `+`, failures with `!` (a ScriptFailure as JSON).
 *
 * It is written as text, as it never runs in this process; `values.ts` has the conversions, `api.ts` the objects of stored
 * procedures. Sources of the rules: docs, "Introduction to JavaScript UDFs", "Tabular JavaScript UDFs",
 * "JavaScript stored procedures API".
 */
import { PROCEDURE_API } from './api.ts';
import { SCRIPT_VALUES } from './values.ts';

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

${SCRIPT_VALUES}

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
