import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareVersions } from '../../../client/version.ts';

const version = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20), fc.constantFrom('', '-rc.1', '-rc.2', '-rc.10', '-alpha'))
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre}`);

it('versions are ordered by their numbers, a pre-release before its release', () => {
  const ordered = [
    'nonsense',
    '0.0.1',
    '0.2.0',
    '0.10.0-rc.2',
    '0.10.0-rc.10',
    '0.10.0',
    '1.0.0-alpha',
    '1.0.0',
    '10.0.0',
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
});

it('the order of versions is one: turned around it is opposite, and it carries over', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
