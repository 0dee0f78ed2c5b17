/** A user's network policy: IPv4 addresses and CIDR ranges from which a sign-in may come. */

function toNumber(address: string): number | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Whether a peer's address (IPv4, also as ::ffff:a.b.c.d) lies in one of the ranges. */
export function isAllowed(peer: string, ranges: readonly string[]): boolean {
  const address = toNumber(peer.replace(/^::ffff:/, ''));
  if (address === undefined) return false;
  return ranges.some((range) => {
    const [base = '', bits = '32'] = range.split('/');
    const start = toNumber(base);
    if (start === undefined) return false;
    const size = 2 ** (32 - Number(bits));
    return Math.floor(address / size) === Math.floor(start / size);
  });
}
