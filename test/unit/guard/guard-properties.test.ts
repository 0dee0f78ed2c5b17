import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard, type Judgement } from '../../../daemon/query/guard/judge.ts';
import { lex } from '../../../daemon/query/guard/lexer.ts';
import { likeliestReading } from '../../../daemon/query/guard/readings.ts';
import { commands } from './commands.ts';
import { features } from './features.ts';
import { hiddenWrites } from './hidden.ts';
import { readOnly, readWrite } from './policies.ts';
import { reads } from './reads.ts';

const guard = await createGuard();

/** What may stand between two tokens without changing anything. */
const gap = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  '\r\n',
  ' \f\v ',
  '\u00a0',
  ' \u3000 ',
  '/**/',
  '/* x */',
  '/* DROP TABLE t; */',
  "/* ' */",
  '/* " $$ -- */',
  '/*\n*/',
  ' -- x\n',
  '-- DELETE FROM t;\n',
  "-- '\r\n",
  ' // "\n',
  '//$$\n',
);

/** Pieces of a text that must stay together: a stage and what follows it, a literal with its prefix. */
function pieces(text: string): readonly string[] {
  const { tokens } = lex(text, likeliestReading);
  const found: string[] = [];
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    const isGlued =
      previous?.end === token.start &&
      (previous.kind === 'stage' || (previous.value === 'X' && token.kind === 'string'));
    const piece = text.slice(token.start, token.end);
    if (isGlued && found.length > 0) found[found.length - 1] += piece;
    else found.push(piece);
  }
  return found;
}

function recase(text: string, upper: boolean): string {
  return /^[A-Za-z_][\w$]*$/.test(text) ? (upper ? text.toUpperCase() : text.toLowerCase()) : text;
}

function mutated(text: string): fc.Arbitrary<string> {
  const parts = pieces(text);
  return fc
    .tuple(
      fc.array(gap, { minLength: parts.length + 1, maxLength: parts.length + 1 }),
      fc.array(fc.boolean(), { minLength: parts.length, maxLength: parts.length }),
    )
    .map(([gaps, upper]) => {
      let out = gaps[0] ?? '';
      for (const [index, part] of parts.entries()) {
        // A slash, star or dash next to a comment would make another comment, or end one.
        out += ` ${recase(part, upper[index] ?? false)} ${gaps[index + 1] ?? ''}`;
        // Whether a special space may begin a word is open, so that before `$$` the text is refused.
        if (parts[index + 1]?.startsWith('$$')) out = out.replace(/[\u00a0\u3000]\s*$/, ' ');
      }
      return out;
    });
}

function summary({ verdict, kind, isMetadata, isRead, effects }: Judgement): unknown {
  const variables = effects.variables.map(({ op }) => op);
  return {
    verdict,
    kind,
    isMetadata,
    isRead,
    ...effects,
    variables,
    secondaryRoles: effects.secondaryRoles !== undefined,
  };
}

const stable = [...reads, ...features].filter(
  (text) => guard.judge(text, readOnly).verdict === 'allowed' && !text.includes('\ufeff'),
);
const writes = [...commands.map(([, text]) => text), ...hiddenWrites];

describe('comments, case and white space in every gap change nothing', () => {
  it('of a read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stable).chain((text) => fc.tuple(fc.constant(text), mutated(text))),
        ([text, other]) => {
          expect(summary(guard.judge(other, readOnly))).toEqual(summary(guard.judge(text, readOnly)));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('of a write', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...commands.map(([, text]) => text))
          .chain((text) => fc.tuple(fc.constant(text), mutated(text))),
        ([text, other]) => {
          expect(summary(guard.judge(other, readWrite))).toEqual(summary(guard.judge(text, readWrite)));
          expect(guard.judge(other, readOnly).verdict).toBe('refused');
        },
      ),
      { numRuns: 1500 },
    );
  });
});

/** Reads with a hole. */
const shapes: readonly ((inside: string) => string)[] = [
  (x) => `WITH a AS (${x}) SELECT * FROM a`,
  (x) => `WITH a AS (SELECT 1), b AS (${x}) SELECT * FROM a`,
  (x) => `WITH a AS (SELECT 1) ${x}`,
  (x) => `SELECT * FROM (${x})`,
  (x) => `SELECT * FROM (${x}) t`,
  (x) => `SELECT (${x})`,
  (x) => `SELECT * FROM t WHERE a IN (${x})`,
  (x) => `SELECT * FROM t WHERE EXISTS (${x})`,
  (x) => `SELECT 1 UNION ALL ${x}`,
  (x) => `SELECT 1 UNION (${x})`,
  (x) => `(${x})`,
  (x) => `((${x}))`,
  (x) => `SELECT 1; ${x}`,
  (x) => `${x}; SELECT 1`,
  (x) => `SELECT 1 ->> ${x}`,
  (x) => `${x} ->> SELECT * FROM $1`,
  (x) => `SHOW TABLES ->> ${x}`,
  (x) => `EXPLAIN ${x}`,
  (x) => `EXPLAIN USING JSON ${x}`,
  (x) => `SET x = (${x})`,
  (x) => `SET x = ${x}`,
  (x) => `USE ROLE r ${x}`,
  (x) => `COMMIT ${x}`,
  (x) => `BEGIN ${x}`,
  (x) => `BEGIN TRANSACTION ${x}`,
  (x) => `SHOW TABLES ${x}`,
  (x) => `DESCRIBE TABLE ${x}`,
  (x) => `LIST @s ${x}`,
  (x) => `SELECT 1 ${x}`,
  (x) => `SELECT 1 FROM t ${x}`,
  (x) => `SELECT CASE WHEN (${x}) THEN 1 END`,
  (x) => `SELECT * FROM TABLE(${x})`,
  (x) => `SELECT * FROM TABLE(f(TABLE(${x})))`,
  (x) => `SELECT FILTER([1], x -> (${x}))`,
  (x) => `SELECT * FROM t PIVOT(SUM(a) FOR b IN (${x}))`,
  (x) => `SELECT * FROM t, LATERAL (${x})`,
  (x) => `SELECT ${x} FROM t`,
  (x) => `/* ' */ ${x}`,
  (x) => `-- "\n${x}`,
  (x) => `--\r${x}`,
  (x) => `SELECT 'a\\'' ; ${x}`,
  (x) => `SELECT $$ ' $$ ; ${x}`,
  (x) => `VALUES (1) ${x}`,
  (x) => `SELECT * FROM VALUES (${x})`,
  (x) => `ALTER SESSION SET TIMEZONE = 'UTC' ${x}`,
];

describe('a write never passes', () => {
  it('in any shape of a read, once or twice around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...writes),
        fc.array(fc.constantFrom(...shapes), { minLength: 1, maxLength: 2 }),
        (write, around) => {
          const text = around.reduce((inside, shape) => shape(inside), write.replace(/;\s*$/, ''));
          expect(guard.judge(text, readOnly).verdict).toBe('refused');
        },
      ),
      { numRuns: 8000 },
    );
  });

  it('where an acting call stands in the place of any name or literal of a read', () => {
    const acting = [
      'SYSTEM$ABORT_SESSION(1)',
      '"system$cancel_query"(\'x\')',
      'q.NEXTVAL',
      'IDENTIFIER($f)(1)',
      "IDENTIFIER('SYSTEM$LOG')(1)",
      'SNOWFLAKE.CORTEX.FINETUNE(1)',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...stable), fc.constantFrom(...acting), fc.nat(), (text, call, pick) => {
        const { tokens } = lex(text, likeliestReading);
        const token = tokens[pick % Math.max(tokens.length, 1)];
        if (token === undefined || token.kind === 'stage') return;
        const changed = `${text.slice(0, token.start)} ${call} ${text.slice(token.end)}`;
        // Behind a dot or a colon it is a name or a path of another kind; the account refuses a call there.
        expect(guard.judge(changed, readOnly).verdict).toBe('refused');
      }),
      { numRuns: 6000 },
    );
  });
});
