/** What is told of the account, the session and its statements; of tables and views in show-relations.test.ts. */
import { holdStories } from './stories.ts';

const names = (...list: string[]) => list.map((name) => [name]);
const NAMES = 'SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1';

holdStories('SHOW, DESCRIBE and the information schema', [
  {
    page: 'SHOW DATABASES',
    rule: 'the current database is marked',
    steps: [
      'CREATE DATABASE marked',
      "SHOW DATABASES LIKE 'MARKED'",
      [
        'SELECT "name", "is_current", "owner", "kind" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [['MARKED', 'Y', 'ACCOUNTADMIN', 'STANDARD']],
      ],
    ],
  },
  {
    page: 'SHOW SCHEMAS',
    rule: 'INFORMATION_SCHEMA is listed with the others',
    steps: ['CREATE SCHEMA extra', 'SHOW SCHEMAS', [NAMES, names('EXTRA', 'INFORMATION_SCHEMA', 'PUBLIC')]],
  },
  {
    page: 'SHOW WAREHOUSES',
    rule: 'size and state are shown; SHOW starts nothing',
    steps: [
      'CREATE WAREHOUSE w2 WAREHOUSE_SIZE = MEDIUM AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE',
      "SHOW WAREHOUSES LIKE 'W2'",
      [
        'SELECT "state", "size", "auto_suspend", "is_current" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-1)))',
        [['SUSPENDED', 'Medium', 60, 'Y']],
      ],
      "SHOW WAREHOUSES LIKE 'W2'",
      'ALTER WAREHOUSE w2 SUSPEND',
      'ALTER WAREHOUSE w2 RESUME',
      "SHOW WAREHOUSES LIKE 'W2'",
      ['SELECT "state" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', 'STARTED'],
      'DROP WAREHOUSE w2',
    ],
  },
  {
    page: 'SHOW ROLES',
    rule: 'the system roles are there; the current one is marked',
    steps: [
      "SHOW ROLES LIKE '%ADMIN'",
      [NAMES, names('ACCOUNTADMIN', 'ORGADMIN', 'SECURITYADMIN', 'SYSADMIN', 'USERADMIN')],
      "SHOW ROLES LIKE 'ACCOUNTADMIN'",
      ['SELECT "is_current" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', 'Y'],
    ],
  },
  {
    page: 'SHOW GRANTS',
    rule: 'of the roles of a user PUBLIC is none that was granted',
    steps: [
      'CREATE USER lister',
      'CREATE ROLE listed',
      'GRANT ROLE listed TO USER lister',
      'SHOW GRANTS TO USER lister',
      ['SELECT "role" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', [['LISTED']]],
    ],
  },
  {
    page: 'SHOW GRANTS',
    rule: 'grants on an object name privilege, grantee and grantor',
    steps: [
      'CREATE TABLE t (a INT)',
      'CREATE ROLE shown',
      'GRANT SELECT, INSERT ON TABLE t TO ROLE shown',
      'SHOW GRANTS ON TABLE t',
      [
        'SELECT "privilege", "grantee_name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1',
        [
          ['INSERT', 'SHOWN'],
          ['OWNERSHIP', 'ACCOUNTADMIN'],
          ['SELECT', 'SHOWN'],
        ],
      ],
      'REVOKE INSERT ON TABLE t FROM ROLE shown',
      'SHOW GRANTS TO ROLE shown',
      ['SELECT "privilege", "granted_on" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))', [['SELECT', 'TABLE']]],
    ],
  },
  {
    page: 'SHOW VARIABLES',
    rule: 'variables of the session are listed with value and type',
    steps: [
      "SET greeting = 'hi'",
      'SET n = 5',
      'SHOW VARIABLES',
      [
        'SELECT "name", "value", "type" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1',
        [
          ['GREETING', 'hi', 'text'],
          ['N', '5', 'fixed'],
        ],
      ],
    ],
  },
  {
    page: 'SHOW FUNCTIONS',
    rule: 'user functions are listed with their signature',
    steps: [
      "CREATE FUNCTION twice(n INT) RETURNS INT AS 'n * 2'",
      'SHOW USER FUNCTIONS',
      [
        'SELECT "name", "arguments", "language" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [['TWICE', 'TWICE(NUMBER) RETURN NUMBER', 'SQL']],
      ],
    ],
  },
  {
    page: 'DESCRIBE RESULT',
    rule: 'the columns of a result that was computed before',
    steps: [
      "SELECT 1 AS a, 'x' AS b",
      'DESCRIBE RESULT LAST_QUERY_ID()',
      [
        'SELECT "name", "type" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))',
        [
          ['A', 'NUMBER(1,0)'],
          ['B', 'VARCHAR(1)'],
        ],
      ],
    ],
  },
  {
    page: 'QUERY_HISTORY , QUERY_HISTORY_BY_*',
    rule: 'statements of the session are told with tag, kind and outcome',
    steps: [
      "ALTER SESSION SET QUERY_TAG = 'mine'",
      'SELECT 41 + 1',
      ['SELECT nothing', { code: '000904' }],
      [
        "SELECT query_text, query_type, execution_status, error_code FROM TABLE(information_schema.query_history_by_session()) WHERE query_tag = 'mine' AND query_text ILIKE 'select%' AND execution_status <> 'RUNNING' ORDER BY start_time",
        [
          ['SELECT 41 + 1', 'SELECT', 'SUCCESS', null],
          ['SELECT nothing', 'SELECT', 'FAIL', '000904'],
        ],
      ],
    ],
  },
]);
