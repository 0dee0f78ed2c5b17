import { type Fact, holdFacts } from './facts.ts';

holdFacts(
  'writes',
  [
    'CREATE TABLE t (k INT NOT NULL, v STRING)',
    "INSERT INTO t VALUES (1, 'a'), (1, 'a'), (2, 'b')",
    'CREATE TABLE u (k INT, v INT)',
    'INSERT INTO u VALUES (1, 10), (2, 20)',
    'CREATE TABLE s (k INT, v INT)',
    'INSERT INTO s VALUES (1, 11), (1, 12)',
    'CREATE TABLE named (k INT, v STRING)',
    "INSERT INTO named VALUES (1, 'old'), (2, 'kept')",
    'CREATE TABLE turned (v STRING, k INT)',
    "INSERT INTO turned VALUES ('new', 1), ('more', 3)",
  ],
  [
    ['INSERT OVERWRITE INTO t SELECT DISTINCT * FROM t', ['2'], 'INSERT'],
    [
      'SELECT * FROM t ORDER BY k',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
      'INSERT',
    ],
    ["INSERT OVERWRITE INTO t SELECT NULL, 'x'", { code: '100072' }, 'INSERT'],
    ['SELECT COUNT(*) FROM t', ['2'], 'INSERT'],
    ['INSERT OVERWRITE INTO t (k) SELECT k + 10 FROM t WHERE k = 1', ['1'], 'INSERT'],
    ['SELECT * FROM t', [['11', null]], 'INSERT'],
    [
      'MERGE INTO u USING s ON u.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v',
      { code: '100090', sqlState: '42P18', message: 'Row Values: [1, 10]' },
      'MERGE, nondeterministic results',
    ],
    [
      'MERGE INTO named n USING turned t ON n.k = t.k WHEN MATCHED THEN UPDATE ALL BY NAME WHEN NOT MATCHED THEN INSERT ALL BY NAME',
      [['1', '1']],
      'MERGE',
    ],
    [
      'SELECT * FROM named ORDER BY k',
      [
        ['1', 'new'],
        ['2', 'kept'],
        ['3', 'more'],
      ],
      'MERGE',
    ],
    [
      'MERGE INTO named n USING (SELECT k, v, 1 AS extra FROM turned) t ON n.k = t.k WHEN MATCHED THEN UPDATE ALL BY NAME',
      { code: '000904', message: "invalid identifier 'EXTRA'" },
      'MERGE',
    ],
    [
      'MERGE INTO named n USING (SELECT k FROM turned) t ON n.k = t.k WHEN NOT MATCHED THEN INSERT ALL BY NAME',
      { code: '000904', message: "invalid identifier 'V'" },
      'MERGE',
    ],
    ['ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE', ['Statement executed successfully.'], 'Parameters'],
    [
      'UPDATE u SET v = s.v FROM s WHERE u.k = s.k',
      { code: '100090', message: 'Row Values: [1, 10]' },
      'Parameters, ERROR_ON_NONDETERMINISTIC_UPDATE',
    ],
    ...[
      ['VARIANT', "'x'", 'VARCHAR(1)'],
      ['VARIANT', "'2024-01-01'::DATE", 'DATE'],
      ['NUMBER', 'TRUE', 'BOOLEAN'],
      ['VARCHAR', "TO_BINARY('41')", 'BINARY(8388608)'],
    ].map(
      ([to, value, from]): Fact => [
        `CREATE TABLE made_of (c ${to}) AS SELECT ${value}`,
        { code: '002023', message: `but got ${from} for column C` },
        'Data type conversion',
      ],
    ),
  ],
);
