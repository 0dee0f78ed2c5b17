import { holdFacts } from './facts.ts';

holdFacts(
  'functions',
  [
    'CREATE SCHEMA other',
    'USE SCHEMA public',
    "CREATE FUNCTION twice (n INT) RETURNS INT AS 'n * 2'",
    "CREATE FUNCTION label (n INT, unit VARCHAR DEFAULT 'km') RETURNS VARCHAR AS 'n || unit'",
  ],
  [
    [
      `SHOW FUNCTIONS LIKE 'square' ->> SELECT "name", "schema_name", "is_builtin", "is_aggregate", "is_ansi",
        "min_num_arguments", "max_num_arguments", "arguments", "catalog_name", "is_table_function",
        "is_external_function", "language", "is_memoizable", "is_data_metric" FROM $1`,
      [
        [
          ...['SQUARE', '', 'Y', 'N', 'Y', '1', '1'],
          ...['SQUARE(NUMBER(38,0)) RETURN NUMBER(38,0), SQUARE(FLOAT) RETURN FLOAT', '', 'N', 'N', 'SQL', 'N', 'N'],
        ],
      ],
      'SHOW FUNCTIONS',
    ],
    [
      `SHOW FUNCTIONS IN SCHEMA facts.other ->> SELECT "name", "min_num_arguments" || '-' || "max_num_arguments",
        "is_aggregate", "is_table_function", "valid_for_clustering"
        FROM $1 WHERE "name" IN ('SUM', 'SUBSTR', 'FLATTEN', 'RANDOM', 'TWICE')`,
      [
        ['FLATTEN', '1-5', 'N', 'Y', 'N'],
        ['RANDOM', '0-1', 'N', 'N', 'N'],
        ['SUBSTR', '2-3', 'N', 'N', 'Y'],
        ['SUM', '1-1', 'Y', 'N', 'N'],
      ],
      'SHOW FUNCTIONS',
    ],
    [
      `SHOW BUILTIN FUNCTIONS LIKE 'SYSTEM$WAIT' ->> SELECT "arguments", "min_num_arguments", "max_num_arguments" FROM $1`,
      [['SYSTEM$WAIT(NUMBER, DEFAULT VARCHAR) RETURN VARCHAR', '1', '2']],
      'SHOW FUNCTIONS',
    ],
    [
      'SHOW BUILTIN FUNCTIONS ->> SELECT COUNT_IF("is_builtin" <> \'Y\'), COUNT(*) > 400 FROM $1',
      [['0', '1']],
      'SHOW FUNCTIONS',
    ],
    [
      'SHOW TERSE USER FUNCTIONS ->> SELECT "name", "is_builtin", "arguments" FROM $1',
      [
        ['LABEL', 'N', 'LABEL(NUMBER, DEFAULT VARCHAR) RETURN VARCHAR'],
        ['TWICE', 'N', 'TWICE(NUMBER) RETURN NUMBER'],
      ],
      'SHOW USER FUNCTIONS',
    ],
    ['SHOW FUNCTIONS ->> SELECT "name" FROM $1 WHERE "is_builtin" = \'N\'', ['LABEL', 'TWICE'], 'SHOW FUNCTIONS'],
    [
      'SHOW USER BUILTIN FUNCTIONS',
      { code: '001003', message: "line 1 at position 10 unexpected 'BUILTIN'" },
      'SHOW FUNCTIONS',
    ],
    ['SHOW BUILTIN PROCEDURES', [], 'SHOW PROCEDURES'],
    ['SELECT function_name FROM information_schema.functions ORDER BY 1', ['LABEL', 'TWICE'], 'FUNCTIONS view'],
    [
      'DESCRIBE FUNCTION abs(NUMBER)',
      { code: '002003', message: "Function 'ABS' does not exist or not authorized." },
      'DESCRIBE FUNCTION',
    ],
    [
      "SELECT REGEXP_EXTRACT('a1', '[0-9]')",
      { code: '002140', message: 'REGEXP_EXTRACT' },
      'String functions (regular expressions)',
    ],
    ['CALL SYSTEM$ALLOWLIST()', { code: '000002', message: 'SYSTEM$ALLOWLIST' }, 'SYSTEM$ALLOWLIST'],
  ],
);

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
