/**
 * Conversions between the account's values and a script's, as JavaScript for QuickJS, a part of the prelude: `decode` makes
 * an argument of a text, `encode` a text of a result; both sides name the kinds of messages.ts. VARIANT, OBJECT and ARRAY go
 * as the account's canonical text (types/variant-text.ts). Source: docs, "Introduction to JavaScript UDFs".
 */
export const SCRIPT_VALUES = String.raw`
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
`;
