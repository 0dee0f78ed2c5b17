import { holdFacts } from './facts.ts';

holdFacts(
  'numbers that need many digits',
  [],
  [
    [
      'SELECT 9999999999 * 9999999999, 999999999999999999 + 1, -999999999999999999 - 1',
      [['99999999980000000001', '1000000000000000000', '-1000000000000000000']],
      'Arithmetic operators',
    ],
    [
      'SELECT 12345678901.23 * 12345678901.23, 1234567.891 * 1234567.891 * 1000',
      [['152415787532275580095.5129', '1524157877488187.881000']],
      'Arithmetic operators',
    ],
    [
      'SELECT SUM(n * n) FROM VALUES (9999999999), (9999999999) AS t(n)',
      ['199999999960000000002'],
      'Arithmetic operators',
    ],
    [
      'SELECT 0.5::NUMBER(18,17) + 100000000000000000',
      ['100000000000000000.50000000000000000'],
      'Arithmetic operators',
    ],
    [
      "SELECT TO_CHAR(0.1, 'TM9'), TO_CHAR(-0.25, 'TM9'), TO_CHAR(12.5, 'TM9')",
      [['0.1', '-0.25', '12.5']],
      'SQL format models',
    ],
    [
      'SELECT LOG(0, 1)',
      { code: '100097', sqlState: '22023', message: 'Invalid floating point operation: log(0)' },
      'LOG',
    ],
  ],
);
