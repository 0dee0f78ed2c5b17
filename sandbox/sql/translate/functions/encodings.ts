import { binary, fixed, text } from '../../types/type.ts';
import { integerOf, type Typed, typed } from '../typed.ts';
import { arg, type Call, integerArg, nullable, type Rule, type Rules, result, rule, textArg } from './rule.ts';

const isBinary = (value: Typed) => value.type.type === 'binary';

/** A text as bytes, for the functions that take either. */
function bytesOf(call: Call, index: number): string {
  const value = arg(call, index);
  return isBinary(value) ? value.sql : `encode(${textArg(call, index).sql})`;
}

const hexEncode: Rule = rule(1, 2, (call) => {
  const isLower = call.args[1] !== undefined && integerOf(call.args[1]) === 0;
  const hex = `hex(${bytesOf(call, 0)})`;
  return result(call, isLower ? `lower(${hex})` : hex, text());
});

function hexDecode(isText: boolean, isTry: boolean): Rule {
  return rule(1, 1, (call) => {
    const blob = `${isTry ? 'sf_try_binary' : 'sf_binary'}(${textArg(call, 0).sql}, 'HEX')`;
    return typed(isText ? `sf_utf8(${blob})` : blob, isText ? text() : binary(), isTry || nullable(...call.args));
  });
}

const base64Encode: Rule = rule(1, 3, (call) => {
  const width = call.args.length > 1 ? integerArg(call, 1) : 'CAST(0 AS BIGINT)';
  const alphabet = call.args.length > 2 ? textArg(call, 2).sql : "''";
  return result(call, `sf_base64(${bytesOf(call, 0)}, ${width}, ${alphabet})`, text());
});

function base64Decode(isText: boolean, isTry: boolean): Rule {
  return rule(1, 2, (call) => {
    const alphabet = call.args.length > 1 ? textArg(call, 1).sql : "''";
    const blob = `sf_unbase64(${textArg(call, 0).sql}, ${alphabet}, ${isTry})`;
    return typed(isText ? `sf_utf8(${blob})` : blob, isText ? text() : binary(), isTry || nullable(...call.args));
  });
}

function digest(algorithm: string, length_: number): Rule {
  return rule(1, 1, (call) => result(call, `sf_digest(${bytesOf(call, 0)}, '${algorithm}')`, text(length_)));
}

function digestBinary(algorithm: string, size: number): Rule {
  return rule(1, 1, (call) => result(call, `unhex(sf_digest(${bytesOf(call, 0)}, '${algorithm}'))`, binary(size)));
}

/** Half of the MD5 digest as an unsigned number of 64 bits. */
function digestNumber(firstHex: 1 | 17): Rule {
  return rule(1, 1, (call) => {
    const half = `substr(sf_digest(${bytesOf(call, 0)}, 'md5'), ${firstHex}, 16)`;
    return result(call, `CAST(CAST('0x' || ${half} AS UBIGINT) AS DECIMAL(20,0))`, fixed(20, 0));
  });
}

/** SHA2(s[, bits]): 224, 256, 384 or 512. */
function sha2(isBinaryResult: boolean): Rule {
  return rule(1, 2, (call) => {
    const bits = call.args[1] ? integerOf(call.args[1]) : 256;
    if (bits === undefined || ![224, 256, 384, 512].includes(bits)) {
      throw call.binder.translation.unsupported('SHA2 with this digest size', call.node);
    }
    const hex = `sf_digest(${bytesOf(call, 0)}, 'sha${bits}')`;
    return isBinaryResult ? result(call, `unhex(${hex})`, binary(bits / 8)) : result(call, hex, text(bits / 4));
  });
}

/** Encodings and digests of texts and binaries. Source: docs, "String & binary functions", "Hash functions". */
export const encodingRules: Rules = {
  HEX_ENCODE: hexEncode,
  HEX_DECODE_STRING: hexDecode(true, false),
  HEX_DECODE_BINARY: hexDecode(false, false),
  TRY_HEX_DECODE_STRING: hexDecode(true, true),
  TRY_HEX_DECODE_BINARY: hexDecode(false, true),
  BASE64_ENCODE: base64Encode,
  BASE64_DECODE_STRING: base64Decode(true, false),
  BASE64_DECODE_BINARY: base64Decode(false, false),
  TRY_BASE64_DECODE_STRING: base64Decode(true, true),
  TRY_BASE64_DECODE_BINARY: base64Decode(false, true),
  MD5: digest('md5', 32),
  MD5_HEX: digest('md5', 32),
  MD5_BINARY: digestBinary('md5', 16),
  MD5_NUMBER_UPPER64: digestNumber(1),
  MD5_NUMBER_LOWER64: digestNumber(17),
  SHA1: digest('sha1', 40),
  SHA1_HEX: digest('sha1', 40),
  SHA1_BINARY: digestBinary('sha1', 20),
  SHA2: sha2(false),
  SHA2_HEX: sha2(false),
  SHA2_BINARY: sha2(true),
};
