/** Passcodes of a second factor: fixed ones, and time-based ones (RFC 6238, SHA-1, 6 digits, 30 seconds). */
import { createHmac } from 'node:crypto';
import type { SecondFactor } from './directory.ts';

const STEP_MS = 30_000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/=+$/, '')) {
    value = ((value << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** The code of a base32 secret at a time in epoch ms. */
export function totp(secret: string, atMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / STEP_MS)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Whether a code is right now; the neighbouring steps count too, as clocks differ. */
export function isRightPasscode(factor: SecondFactor, code: string, nowMs: number): boolean {
  if (factor.passcodes.includes(code)) return true;
  const { totpSecret } = factor;
  if (totpSecret === null) return false;
  return [-STEP_MS, 0, STEP_MS].some((shiftMs) => totp(totpSecret, nowMs + shiftMs) === code);
}
