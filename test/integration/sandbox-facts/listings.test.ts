import { holdFacts } from './facts.ts';

const GRANTS = `->> SELECT "privilege", "grant_on", "name", "grantee_name" FROM $1`;

holdFacts(
  'listings',
  [
    'USE SCHEMA public',
    'CREATE TABLE page (id INT PRIMARY KEY, code INT, CONSTRAINT by_code UNIQUE (code))',
    'CREATE TABLE page1 (id INT, up INT REFERENCES page (id), other INT, FOREIGN KEY (other) REFERENCES page (code))',
    'CREATE TABLE page2 (id INT)',
    'CREATE VIEW view1 AS SELECT id FROM page',
    'CREATE TABLE filled AS SELECT 1 AS n',
    'DROP TABLE filled',
    'CREATE ROLE reader',
    'GRANT SELECT ON FUTURE TABLES IN SCHEMA public TO ROLE reader',
    'GRANT USAGE ON FUTURE SCHEMAS IN DATABASE facts TO ROLE reader',
    'GRANT ALL ON TABLE page2 TO ROLE reader',
  ],
  [
    [
      `SHOW TABLES LIMIT 5 FROM 'PAGE' ->> SELECT "name" FROM $1`,
      ['PAGE1', 'PAGE2'],
      'SHOW TABLES: FROM gives the rows behind the first whose name begins so',
    ],
    [`SHOW TABLES LIMIT 1 FROM 'PAGE1' ->> SELECT "name" FROM $1`, ['PAGE2'], 'SHOW TABLES'],
    ['SHOW TABLES IN facts ->> SELECT COUNT(*) FROM $1', ['3'], 'SHOW TABLES: the word DATABASE is not required'],
    ['SHOW TABLES IN public ->> SELECT COUNT(*) FROM $1', ['3'], 'SHOW TABLES'],
    [`SHOW SCHEMAS IN facts ->> SELECT "name" FROM $1`, ['INFORMATION_SCHEMA', 'PUBLIC'], 'SHOW SCHEMAS'],
    ['SHOW SCHEMAS IN missing', { code: '002043', sqlState: '02000' }, 'SHOW SCHEMAS'],
    ['SHOW TABELS', { code: '001003', message: "position 5 unexpected 'TABELS'" }, 'SHOW <objects>'],
    ['SHOW REGIONS', { code: '000002', message: 'SHOW REGIONS' }, 'SHOW REGIONS'],
    [
      `SHOW IMPORTED KEYS IN TABLE page1 ->> SELECT "pk_column_name", "fk_column_name", "pk_name" LIKE 'SYS_CONSTRAINT_%', "pk_name" = 'BY_CODE' FROM $1`,
      [
        ['ID', 'UP', '1', '0'],
        ['CODE', 'OTHER', '0', '1'],
      ],
      'SHOW IMPORTED KEYS',
    ],
    [
      `SHOW EXPORTED KEYS IN TABLE page ->> SELECT "pk_table_name", "fk_table_name", "fk_column_name" FROM $1`,
      [
        ['PAGE', 'PAGE1', 'UP'],
        ['PAGE', 'PAGE1', 'OTHER'],
      ],
      'SHOW EXPORTED KEYS',
    ],
    ['SHOW EXPORTED KEYS IN TABLE page1', [], 'SHOW EXPORTED KEYS'],
    ['SHOW PRIMARY KEYS IN TABLE missing', { code: '002003' }, 'SHOW PRIMARY KEYS'],
    [
      'ALTER TABLE page DROP CONSTRAINT missing',
      { code: '002003', message: "Constraint 'MISSING' does not exist" },
      'ALTER TABLE',
    ],
    [
      `SHOW FUTURE GRANTS TO ROLE reader ${GRANTS}`,
      [
        ['SELECT', 'TABLE', 'FACTS.PUBLIC.<TABLE>', 'READER'],
        ['USAGE', 'SCHEMA', 'FACTS.<SCHEMA>', 'READER'],
      ],
      'SHOW GRANTS',
    ],
    ['SHOW FUTURE GRANTS TO ROLE missing', { code: '002003', message: "Role 'MISSING'" }, 'SHOW GRANTS'],
    [
      `SHOW GRANTS ON TABLE page2 ->> SELECT LISTAGG("privilege", ', ') FROM $1 WHERE "grantee_name" = 'READER'`,
      ['APPLYBUDGET, DELETE, EVOLVE SCHEMA, INSERT, REFERENCES, SELECT, TRUNCATE, UPDATE'],
      'GRANT <privileges>',
    ],
    [
      `SHOW GRANTS TO USER facts ->> SELECT COUNT(*) > 0, COUNT_IF("created_on" < '2000-01-01') FROM $1`,
      [['1', '0']],
      'SHOW GRANTS',
    ],
    ['GRANT READING ON TABLE page TO ROLE reader', { code: '001003', message: "unexpected 'READING'" }, 'GRANT'],
    [
      `SELECT table_name, table_schema, table_id IS NOT NULL, deleted FROM snowflake.account_usage.tables
        WHERE deleted IS NULL AND table_catalog = 'FACTS' AND table_type = 'BASE TABLE' ORDER BY 1 LIMIT 1`,
      [['PAGE', 'PUBLIC', '1', null]],
      'TABLES view',
    ],
    [
      `SELECT (SELECT COUNT(*) FROM snowflake.account_usage.columns WHERE deleted IS NULL AND table_name = 'PAGE1'),
        (SELECT LISTAGG(table_name) FROM snowflake.account_usage.views WHERE deleted IS NULL),
        (SELECT COUNT(*) FROM snowflake.account_usage.databases WHERE deleted IS NULL AND database_name = 'FACTS'),
        (SELECT COUNT(*) FROM snowflake.account_usage.schemata WHERE deleted IS NULL AND catalog_name = 'FACTS')`,
      [['3', 'VIEW1', '1', '1']],
      'Account Usage',
    ],
    [
      `SELECT email, has_password, default_secondary_role, type FROM snowflake.account_usage.users WHERE name = 'FACTS'`,
      [[null, '1', '[]', 'PERSON']],
      'USERS view',
    ],
    [
      `SELECT query_hash, partitions_scanned, bytes_spilled_to_local_storage, warehouse_size
        FROM snowflake.account_usage.query_history WHERE query_type = 'SELECT' LIMIT 1`,
      [[null, null, null, 'X-Small']],
      'QUERY_HISTORY view',
    ],
    [
      `SELECT DISTINCT query_type FROM snowflake.account_usage.query_history WHERE query_text LIKE '% TABLE filled%'
        AND query_type <> 'SELECT' ORDER BY 1`,
      ['CREATE_TABLE_AS_SELECT', 'DROP'],
      'QUERY_HISTORY view',
    ],
    [
      `SHOW VIEWS IN snowflake.account_usage ->> SELECT "name" FROM $1 WHERE "name" LIKE 'QUERY_H%'`,
      ['QUERY_HISTORY'],
      'SHOW VIEWS',
    ],
    [
      `SELECT (SELECT COUNT(*) FROM snowflake.information_schema.tables t WHERE t.table_schema = 'ACCOUNT_USAGE') > 20,
        (SELECT COUNT(*) FROM snowflake.information_schema.views WHERE table_name = 'QUERY_HISTORY'),
        (SELECT COUNT(*) FROM snowflake.information_schema.columns WHERE table_name = 'ROLES')`,
      [['1', '1', '7']],
      'Information Schema',
    ],
  ],
);
