/** Contexts as clients come to choose them, for properties. */
import fc from 'fast-check';
import type { Context, ParameterSetting } from '../../../daemon/clients/context.ts';
import type { Variable } from '../../../daemon/clients/variable.ts';
import type { CurrentObjects } from '../../../daemon/pool/driver.ts';

/** What every login of these properties gives. */
export const login: CurrentObjects = { role: 'SYSADMIN', warehouse: 'WH', database: 'DB', schema: 'PUBLIC' };

const oddName = fc.constantFrom(
  'A',
  'lower',
  'two words',
  'quo"te',
  "apos'trophe",
  'semi;colon',
  'Ünïcode',
  'dot.ted',
  '"',
);

const current: fc.Arbitrary<CurrentObjects> = fc.record({
  role: oddName,
  warehouse: fc.option(oddName, { nil: undefined, freq: 8 }),
  database: oddName,
  schema: fc.option(oddName, { nil: undefined, freq: 8 }),
});

const setting: fc.Arbitrary<readonly [string, ParameterSetting]> = fc.oneof(
  fc.tuple(
    fc.constantFrom('TIMEZONE', 'DATE_OUTPUT_FORMAT'),
    fc.oneof(textSetting(), fc.constant<ParameterSetting>({ kind: 'unset' })),
  ),
  fc.tuple(
    fc.constant('WEEK_START'),
    fc.nat(7).map((value): ParameterSetting => ({ kind: 'number', value: String(value) })),
  ),
  fc.tuple(
    fc.constantFrom('AUTOCOMMIT', 'QUOTED_IDENTIFIERS_IGNORE_CASE'),
    fc.boolean().map((value): ParameterSetting => ({ kind: 'boolean', value: String(value) })),
  ),
);

function textSetting(): fc.Arbitrary<ParameterSetting> {
  return fc
    .constantFrom('UTC', "it's", 'back\\slash', "\\'; DROP TABLE T; --")
    .map((value) => ({ kind: 'text', value }));
}

const variable: fc.Arbitrary<Variable> = fc.oneof(
  fc.string().map((value) => ({ type: 'text', value, length: Math.max(1, [...value].length) })),
  fc.string().map((value) => ({ type: 'text', value, length: 100 })),
  fc
    .bigInt(-(10n ** 37n), 10n ** 37n)
    .map((value) => ({ type: 'fixed', value: String(value), precision: 38, scale: 0 })),
  fc.boolean().map((value) => ({ type: 'boolean', value: value ? '1' : '0' })),
  fc.constant({ type: 'fixed', value: null, precision: 10, scale: 2 }),
);

export const context: fc.Arbitrary<Context> = fc
  .record({
    current,
    secondaryRoles: fc.constantFrom(undefined, 'ALL' as const, 'NONE' as const, ['A', 'quo"te']),
    parameters: fc.array(setting, { maxLength: 4 }),
    variables: fc.dictionary(fc.constantFrom('A', 'B', 'C', '_X$1'), variable, { maxKeys: 4 }),
  })
  .map(({ parameters, variables, ...rest }) => ({
    ...rest,
    chosenUnder: { warehouse: undefined, schema: undefined },
    // What a login leaves is no difference, and never recorded as one.
    parameters: new Map(
      parameters.filter(([name, value]) => !(name === 'TIMEZONE' && value.kind === 'text' && value.value === 'UTC')),
    ),
    variables: new Map(Object.entries(variables)),
  }));
