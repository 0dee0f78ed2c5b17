import { isIPv4, isIPv6 } from 'node:net';
import { numberOf, objectOf, type Variant, writeVariant } from '../types/variant-text.ts';
import { type Definition, define, raised } from './define.ts';

/** The address as one integer; undefined for what is none. */
function integerOf(host: string): bigint | undefined {
  if (isIPv4(host)) return host.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  if (!isIPv6(host) || host.includes('%')) return undefined;
  // A tail in dots (::ffff:1.2.3.4) stands for two groups.
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(host);
  const low = tail ? (integerOf(tail[2] ?? '') ?? 0n) : 0n;
  const plain = tail ? `${tail[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}` : host;
  const [before = '', after] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const missing = 8 - groups(before).length - groups(after ?? '').length;
  const all = [...groups(before), ...Array.from({ length: missing }, () => '0'), ...groups(after ?? '')];
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** The pieces of an address, with its network where it has a prefix; undefined for what is none. */
function parse(text: string): ReadonlyMap<string, Variant> | undefined {
  const [, host = '', prefix] = /^\s*([^/\s]+)(?:\/(\d{1,3}))?\s*$/.exec(text) ?? [];
  const value = integerOf(host);
  const isShort = isIPv4(host);
  const bits = isShort ? 32 : 128;
  if (value === undefined || Number(prefix ?? 0) > bits) return undefined;
  const number = (one: bigint | number): Variant => numberOf(String(one));
  const field = (index: number) => (value >> BigInt(96 - 32 * index)) & 0xffff_ffffn;
  const shown = (one: bigint): Variant => (isShort ? number(one) : one.toString(16).toUpperCase().padStart(32, '0'));
  const name = isShort ? 'ipv4' : 'hex_ipv6';
  const rest = (1n << BigInt(bits - Number(prefix ?? bits))) - 1n;
  const range: readonly (readonly [string, Variant])[] = [
    [`${name}_range_end`, shown(value | rest)],
    [`${name}_range_start`, shown(value & ~rest)],
  ];
  return objectOf([
    ['family', number(isShort ? 4 : 6)],
    ['host', host],
    ['ip_fields', isShort ? [value, 0, 0, 0].map(number) : [0, 1, 2, 3].map((index) => number(field(index)))],
    ['ip_type', 'inet'],
    [name, shown(value)],
    ...(prefix === undefined ? [] : range),
    ['netmask_prefix_length', prefix === undefined ? null : number(Number(prefix))],
    ['snowflake$type', 'ip_address'],
  ]);
}

/** PARSE_IP of the type INET. */
export const addressFunctions: readonly Definition[] = [
  define('sf_parse_ip', ['text', 'boolean'], 'text', (address, permissive) => {
    const found = parse(address);
    if (found) return writeVariant(found);
    const message = `Error parsing IP address: ${address.slice(0, 100)}`;
    if (permissive) return writeVariant(objectOf([['error', message]]));
    throw raised('100147', '22000', message);
  }),
];
