import { describe, expect, test } from 'vitest';
import { parameterDefinition, parameterDefinitions, parameterValue } from '../../../../sandbox/sql/parameters.ts';

const set = (name: string, value: string | number | boolean) => parameterValue(parameterDefinition(name), value);

describe('session parameters', () => {
  test('values take the kind of their parameter', () => {
    expect(set('AUTOCOMMIT', 'off')).toBe(false);
    expect(set('AUTOCOMMIT', 'TRUE')).toBe(true);
    expect(set('WEEK_START', '3')).toBe(3);
    expect(set('BINARY_OUTPUT_FORMAT', 'base64')).toBe('BASE64');
    expect(set('TIMEZONE', 'Europe/Berlin')).toBe('Europe/Berlin');
    expect(set('QUERY_TAG', 'x')).toBe('x');
  });

  test.each<[string, string | number | boolean]>([
    ['AUTOCOMMIT', 'perhaps'],
    ['WEEK_START', 8],
    ['WEEK_START', ''],
    ['WEEK_START', 1.5],
    ['TIMEZONE', 'Nowhere'],
    ['TIMESTAMP_TYPE_MAPPING', 'DATE'],
    ['QUERY_TAG', 'x'.repeat(2001)],
  ])('%s does not take %s', (name, value) => {
    expect(() => set(name, value)).toThrowError(expect.objectContaining({ code: '001008', sqlState: '22023' }));
  });

  test('an unknown name is refused', () => {
    expect(() => parameterDefinition('NO_SUCH')).toThrowError(expect.objectContaining({ code: '001006' }));
  });

  test('every default is a value that the parameter takes', () => {
    for (const definition of parameterDefinitions())
      expect(() => parameterValue(definition, definition.initial)).not.toThrow();
  });
});
