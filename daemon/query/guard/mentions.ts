/**
 * Kinds of statements inside a statement that acts: branches of MERGE, bodies of tasks and blocks, the literal of
 * EXECUTE IMMEDIATE. They pass or fail with the statement around them; only deny entries look at them by themselves.
 */
import type { Finding } from './findings.ts';
import { kindOf, statementWords } from './kinds.ts';
import { lex } from './lexer.ts';
import { likeliestReading } from './readings.ts';
import { scan } from './scan.ts';
import { isOp, isWord, type Token } from './tokens.ts';

const literalDepth = 3;

/** All mentions in the tokens behind the first word; `isOpaque` where a text is run that the statement does not show. */
export function findMentions(
  tokens: readonly Token[],
  depth = 0,
): { readonly mentions: readonly Finding[]; readonly isOpaque: boolean } {
  const mentions: Finding[] = [];
  let isOpaque = false;
  for (const [index, token] of tokens.entries()) {
    // A text in a text in a text is not looked into for ever; what is not seen is not let pass unseen.
    if (token.kind === 'string' && looksLikeSql(tokens, index) && depth >= literalDepth) isOpaque = true;
    else if (token.kind === 'string' && looksLikeSql(tokens, index)) {
      const inner = lex(token.value, likeliestReading);
      const found = findMentions(inner.tokens, depth + 1);
      mentions.push(...found.mentions.map((mention) => ({ ...mention, offset: token.start })));
      mentions.push(...calledIn(inner.tokens, token.start, whenRun(tokens, index)));
      if (inner.problem !== undefined || token.isEscaped) isOpaque = true;
      isOpaque ||= found.isOpaque;
    }
    if (token.kind !== 'word' || !statementWords.has(token.value)) continue;
    if (depth === 0 && index === 0) {
      isOpaque ||= runsUnseenText(tokens, index);
      continue;
    }
    const before = tokens[index - 1];
    const canBegin =
      index === 0 ||
      isOp(before, ';', '(', ')', '->>', ':=', ':') ||
      isWord(before, 'AS', 'THEN', 'ELSE', 'BEGIN', 'DO', 'LOOP', 'REPEAT', 'FOR');
    if (!canBegin || isOp(tokens[index + 1], '.', ',', ')')) continue;
    // What WITH leads to stands behind its list, as a mention of its own.
    const kind = token.value === 'WITH' ? 'SELECT' : kindOf(tokens, index).kind;
    mentions.push({ type: 'mention', kind, offset: token.start });
    isOpaque ||= runsUnseenText(tokens, index);
  }
  return { mentions, isOpaque };
}

/** Whether the text at `index` is SQL that runs at once, SQL that is kept (a function's body), or of another language. */
function whenRun(tokens: readonly Token[], index: number): 'now' | 'later' | 'unknown' {
  if (isWord(tokens[index - 1], 'IMMEDIATE')) return 'now';
  const language = tokens.findIndex((token) => isWord(token, 'LANGUAGE'));
  return language < 0 || isWord(tokens[language + 1], 'SQL') ? 'later' : 'unknown';
}

/**
 * What a text calls: acting functions; and those that the policy may shut off, where it is SQL: all of them where it runs
 * at once, AI functions where it is kept, since a call of what is created would not show them.
 */
function calledIn(tokens: readonly Token[], offset: number, when: 'now' | 'later' | 'unknown'): readonly Finding[] {
  return scan(tokens).findings.flatMap((finding): Finding[] => {
    if (finding.type === 'function') {
      const counts = when === 'now' || (when === 'later' && finding.class === 'ai');
      return counts ? [{ ...finding, offset }] : [];
    }
    const isCall = finding.type === 'act' && !statementWords.has(finding.kind.split(' ')[0] ?? '');
    return isCall ? [{ type: 'mention', kind: finding.kind, offset }] : [];
  });
}

/** Bodies: the text behind EXECUTE IMMEDIATE, and behind AS. */
function looksLikeSql(tokens: readonly Token[], index: number): boolean {
  return isWord(tokens[index - 1], 'IMMEDIATE', 'AS');
}

/** EXECUTE IMMEDIATE of anything but one literal. */
function runsUnseenText(tokens: readonly Token[], index: number): boolean {
  if (!isWord(tokens[index], 'EXECUTE') || !isWord(tokens[index + 1], 'IMMEDIATE')) return false;
  const behind = tokens[index + 3];
  const isWhole = behind === undefined || isOp(behind, ';') || isWord(behind, 'USING', 'END');
  return tokens[index + 2]?.kind !== 'string' || !isWhole;
}
