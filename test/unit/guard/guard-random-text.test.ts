import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { lex } from '../../../daemon/query/guard/lexer.ts';
import { blockCommentEnd } from '../../../daemon/query/guard/literals.ts';
import { likeliestReading } from '../../../daemon/query/guard/readings.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();

/** Reads one mark after the other, as the account would in either way. */
function endOfComment(text: string, commentsNest: boolean): number {
  let depth = 1;
  for (let at = 2; at < text.length; at += 1) {
    const mark = text.slice(at, at + 2);
    if (mark !== '*/' && !(mark === '/*' && commentsNest)) continue;
    depth += mark === '*/' ? -1 : 1;
    if (depth === 0) return at + 2;
    at += 1;
  }
  return -1;
}

it('a comment ends where its marks, read one by one, say so', () => {
  const piece = fc.constantFrom('/', '*', '/*', '*/', ' ', 'x');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.boolean(), (pieces, commentsNest) => {
      const text = `/*${pieces.join('')}`;
      expect(blockCommentEnd(text, 0, commentsNest).end).toBe(endOfComment(text, commentsNest));
    }),
    { numRuns: 3000 },
  );
});

const soup = fc.constantFrom(
  ...`SELECT FROM WHERE WITH AS a b t x ( ) ( ) , ; . * 1 'x' "q" $$y$$ $v $1 @s @~/x ->> -> => :: : := || + - / % = < > [ ] { } ? !
  /* */ -- // ' " $$ $ \\ INSERT INTO UPDATE SET DELETE DROP TABLE CREATE ALTER SESSION MERGE USING ON CALL EXECUTE IMMEDIATE BEGIN END
  DECLARE COMMIT ROLLBACK TRANSACTION USE ROLE SHOW TABLES DESCRIBE LIST EXPLAIN UNSET PUT GET COPY REMOVE TRUNCATE UNDROP COMMENT
  GRANT REVOKE IDENTIFIER SYSTEM$ABORT_SESSION SYSTEM$TYPEOF NEXTVAL LAST_QUERY_ID RESULT_SCAN VALUES UNION ALL CASE WHEN THEN
  ELSE LATERAL FLATTEN JOIN LIMIT ORDER BY NULL TRUE IN LIKE PIVOT FOR AT PROCEDURE MODEL`.split(/\s+/),
  '\n',
  '\r',
  '\u200b',
  '\u00a0',
  '\u2028',
  '\0',
  '\ud800',
  '\ufeff',
);

/** True for a name that SET or UNSET gives, alone or in its list. */
function isVariable(words: readonly string[], index: number): boolean {
  let at = index - 1;
  while (['(', ','].includes(words[at] ?? '') || words[at + 1] === ',') at -= 1;
  return ['SET', 'UNSET'].includes(words[at] ?? '');
}

describe('random text', () => {
  it('is judged without an exception in every mode', () => {
    fc.assert(
      fc.property(fc.array(soup, { maxLength: 30 }), fc.constantFrom(' ', ' ', ''), (words, glue) => {
        const text = words.join(glue);
        for (const policy of [readOnly, confirm, readWrite]) {
          expect(['allowed', 'confirm', 'refused']).toContain(guard.judge(text, policy).verdict);
        }
      }),
      { numRuns: 8000 },
    );
  });

  it('never passes where a word that only a write has stands outside literals and comments', () => {
    const forbidden = new Set(['DROP', 'CREATE', 'DELETE', 'GRANT', 'REVOKE', 'SYSTEM$ABORT_SESSION']);
    fc.assert(
      fc.property(fc.array(soup, { maxLength: 20 }), (words) => {
        const text = `SELECT ${words.join(' ')}`;
        const { verdict } = guard.judge(text, readOnly);
        if (verdict !== 'allowed') return;
        for (const commentsNest of [true, false]) {
          for (const carriageReturnEndsComment of [true, false]) {
            const { tokens, problem } = lex(text, { ...likeliestReading, carriageReturnEndsComment, commentsNest });
            if (problem !== undefined) continue;
            const bare = tokens.filter(
              (token, index) =>
                token.kind === 'word' &&
                !['.', ':'].includes(tokens[index - 1]?.value ?? '') &&
                !isVariable(
                  tokens.map(({ value }) => value),
                  index,
                ),
            );
            expect(bare.filter((token) => forbidden.has(token.value))).toEqual([]);
          }
        }
      }),
      { numRuns: 8000 },
    );
  });

  it('of any characters is judged without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(guard.judge(text, readOnly).verdict).toBeDefined();
        expect(guard.judge(`SELECT '${text}`, readOnly).verdict).toBeDefined();
      }),
      { numRuns: 4000 },
    );
  });
});
