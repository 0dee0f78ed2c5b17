import { holdFacts } from './facts.ts';

holdFacts(
  'metadata',
  ['CREATE TABLE books (id INT NOT NULL, title VARCHAR(40))'],
  [
    [
      "SELECT column_name, data_type, data_type_alias FROM information_schema.columns WHERE table_name = 'BOOKS' ORDER BY ordinal_position",
      [
        ['ID', 'NUMBER', null],
        ['TITLE', 'TEXT', null],
      ],
      'COLUMNS view',
    ],
    [
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'INFORMATION_SCHEMA' AND table_name = 'SCHEMATA' AND ordinal_position = 2",
      [['SCHEMA_NAME', 'TEXT']],
      'COLUMNS view',
    ],
    [
      "SELECT COUNT(*) FROM information_schema.tables t WHERE t.table_schema = 'INFORMATION_SCHEMA' AND NOT EXISTS (SELECT 1 FROM information_schema.columns c WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name)",
      ['0'],
      'COLUMNS view',
    ],
    ...[
      ...['ALERTS', 'SECRETS', 'NETWORK POLICIES', 'RESOURCE MONITORS', 'DATABASE ROLES IN DATABASE facts', 'SERVICES'],
      ...['EXPORTED KEYS IN TABLE books', 'ICEBERG TABLES IN ACCOUNT', "STORAGE INTEGRATIONS LIKE '%'", 'NOTEBOOKS'],
      ...['SEMANTIC VIEWS IN SCHEMA facts.public', 'PASSWORD POLICIES', 'TERSE STREAMLITS', 'GIT REPOSITORIES'],
    ].map((kind) => [`SHOW ${kind}`, [], 'SHOW <objects>'] as const),
    ['SHOW MATERIALIZED VIEWS', [], 'SHOW MATERIALIZED VIEWS'],
    [
      'CREATE TABLE sums (a INT, b INT AS (a * 2))',
      { code: '000002', message: 'does not support virtual columns' },
      'CREATE TABLE',
    ],
    ...['PIPES', 'EXTERNAL_TABLES', 'EVENT_TABLES'].map(
      (view) => [`SELECT COUNT(*) FROM information_schema.${view}`, ['0'], `${view} view`] as const,
    ),
    [
      "SELECT name, state FROM TABLE(information_schema.task_history(TASK_NAME => 'none', RESULT_LIMIT => 5)) ORDER BY scheduled_time",
      [],
      'TASK_HISTORY',
    ],
    [
      'SELECT * FROM TABLE(information_schema.login_history())',
      { code: '000002', message: 'LOGIN_HISTORY' },
      'LOGIN_HISTORY',
    ],
    [
      "SELECT warehouse_name, SUM(credits_used) FROM TABLE(information_schema.warehouse_metering_history(DATEADD('day', -1, CURRENT_DATE()))) GROUP BY 1",
      [],
      'WAREHOUSE_METERING_HISTORY',
    ],
    [
      'SELECT * FROM information_schema.packages',
      { code: '000002', message: 'INFORMATION_SCHEMA.PACKAGES' },
      'PACKAGES view',
    ],
    ['CREATE DATABASE ROLE facts.reader', { code: '000002', message: 'CREATE DATABASE ROLE' }, 'CREATE DATABASE ROLE'],
    ['SHOW REPLICATION DATABASES', { code: '000002', message: 'SHOW REPLICATION DATABASES' }, 'SHOW <objects>'],
  ],
);
