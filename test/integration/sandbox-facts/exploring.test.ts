import { holdFacts } from './facts.ts';

holdFacts(
  'exploring an account',
  [
    "CREATE TABLE visits AS SELECT column1::INT AS id, column2 AS who, column3::TIMESTAMP AS at FROM VALUES (1, 'a', '2024-01-01 10:00:00'), (2, 'a', '2024-01-02 10:00:00'), (3, 'b', '2024-01-03 10:00:00')",
  ],
  [
    [
      "SELECT COUNT(*) > 0 FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(DATEADD('hours', -1, CURRENT_TIMESTAMP()), CURRENT_TIMESTAMP()))",
      ['1'],
      'QUERY_HISTORY , QUERY_HISTORY_BY_*',
    ],
    [
      "SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(END_TIME_RANGE_START => DATEADD('day', 1, CURRENT_DATE()) + 1, RESULT_LIMIT => 5 + 5))",
      ['0'],
      'QUERY_HISTORY , QUERY_HISTORY_BY_*',
    ],
    [
      'SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(USER_NAME => CURRENT_USER(), RESULT_LIMIT => 1))',
      ['1'],
      'QUERY_HISTORY , QUERY_HISTORY_BY_*',
    ],
    [
      "SELECT SUM(credits_used) FROM snowflake.account_usage.warehouse_metering_history WHERE start_time > DATEADD('day', -7, CURRENT_TIMESTAMP())",
      [null],
      'WAREHOUSE_METERING_HISTORY view',
    ],
    [
      "SELECT DISTINCT granted_to FROM snowflake.account_usage.grants_to_users WHERE role = 'SYSADMIN'",
      ['USER'],
      'GRANTS_TO_USERS view',
    ],
    [
      'SELECT 1 FROM snowflake.account_usage.masking_policies',
      { code: '000002', message: 'SNOWFLAKE.ACCOUNT_USAGE.MASKING_POLICIES' },
      'Account Usage',
    ],
    ['SELECT SUM(SEQ4()) FROM visits, TABLE(GENERATOR(ROWCOUNT => 3))', ['9'], 'SEQ1 / SEQ2 / SEQ4 / SEQ8'],
    [
      'SELECT NTH_VALUE(id, 1) FROM LAST OVER (ORDER BY id), NTH_VALUE(id, 2) FROM LAST OVER (PARTITION BY who ORDER BY id) FROM visits ORDER BY id',
      [
        ['3', '1'],
        ['3', '1'],
        ['3', null],
      ],
      'NTH_VALUE',
    ],
    [
      'SELECT NTH_VALUE(id, 2) FROM LAST OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM visits ORDER BY id',
      [null, '1', '2'],
      'NTH_VALUE',
    ],
    [
      'SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS rn FROM visits WHERE rn = 1',
      { code: '002303', message: 'appears outside of SELECT, QUALIFY, and ORDER BY clauses' },
      'Window function syntax and usage',
    ],
    ['SELECT TO_JSON(APPROX_TOP_K(who)) FROM visits', ['[["a",2]]'], 'APPROX_TOP_K'],
    ['SELECT DISTINCT TO_JSON(APPROX_TOP_K(who, 1) OVER ()) FROM visits', ['[["a",2]]'], 'APPROX_TOP_K'],
    ['SELECT APPROX_TOP_K(who, 2) FROM visits WHERE FALSE', ['[]'], 'APPROX_TOP_K'],
    [
      'SELECT REGR_SLOPE(id, 1), REGR_INTERCEPT(id, 1), REGR_SLOPE(id, id) FROM visits',
      [[null, null, '1']],
      'REGR_SLOPE',
    ],
    [
      "SELECT SYSTEM$CLUSTERING_INFORMATION('visits')",
      { code: '000002', message: 'SYSTEM$CLUSTERING_INFORMATION' },
      'SYSTEM$CLUSTERING_INFORMATION',
    ],
    [
      "SELECT DATE_TRUNC('week', MIN(at) OVER (PARTITION BY who)) AS w, COUNT(*) FROM visits GROUP BY ALL",
      { code: '002303', message: 'appears outside of SELECT, QUALIFY, and ORDER BY clauses' },
      'Window function syntax and usage',
    ],
    [
      'SELECT LAG(at) OVER (ORDER BY at) AS p, SUM(IFF(p IS NULL, 1, 0)) OVER (ORDER BY at) FROM visits',
      { code: '002303', message: 'may not be nested inside another window function' },
      'Window function syntax and usage',
    ],
  ],
);
