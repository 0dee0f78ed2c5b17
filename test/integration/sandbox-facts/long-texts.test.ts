import { holdStories } from '../sandbox-sql/stories.ts';

const doubled = (times: number) =>
  `DECLARE s VARCHAR; BEGIN s := REPEAT('x', 1048576); FOR i IN 1 TO ${times} DO s := s || s; END FOR; RETURN LENGTH(s); END`;

holdStories('long texts in blocks', [
  {
    page: 'Snowflake Scripting, variables; String & binary data types',
    rule: 'a variable holds 16,777,216 characters and no more',
    steps: [
      [doubled(4), 16_777_216],
      [doubled(5), { code: '100078', sqlState: '22000', says: 'is too long and would be truncated' }],
    ],
  },
]);
