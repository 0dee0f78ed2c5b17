import type { EngineResult } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { isSymbol, type TokenReader } from '../reader.ts';
import { stagedRelation } from '../staged-rows.ts';
import type { Statement } from '../statement.ts';

/** Runs one link's text; `relations` are what `$1`, `$2`, ... stand for in it. */
export type RunLink = (
  outer: Statement,
  sql: string,
  relations: ReadonlyMap<string, Relation>,
) => Promise<EngineResult>;

/** True for statements joined by the flow operator `->>`. */
export function isFlow({ tokens }: TokenReader): boolean {
  return tokens.some((token) => isSymbol(token, '->>'));
}

/** Statements joined by `->>`: in each, `$1` is the result of the one before, `$2` of the one before that. The last one's result is the answer. */
export async function flow(statement: Statement, run: RunLink): Promise<EngineResult> {
  const results: Relation[] = [];
  const links = linksOf(statement.reader);
  for (const [index, sql] of links.entries()) {
    const relations = new Map(results.map((relation, n) => [nameOf(results.length - n), relation]));
    const result = await run(statement, sql, relations);
    if (index === links.length - 1) return result;
    results.push(await stagedRelation(statement, result.columns, result.rows));
  }
  throw statement.reader.unexpected();
}

const nameOf = (back: number): string => `$FLOW_${back}`;

/** The text of each link, with `$n` behind FROM, JOIN or a comma turned into the name of a result. */
function linksOf({ text, tokens }: TokenReader): string[] {
  const links: string[] = [];
  let link = '';
  let at = 0;
  tokens.forEach((token, index) => {
    if (isSymbol(token, '->>')) {
      links.push(link + text.slice(at, token.start));
      link = '';
      at = token.end;
      return;
    }
    const before = tokens[index - 1];
    const isSource = isSymbol(before, 'FROM') || isSymbol(before, 'JOIN') || isSymbol(before, ',');
    if (token.kind !== 'variable' || !/^\d+$/.test(token.value) || !isSource) return;
    link += `${text.slice(at, token.start)}"${nameOf(Number(token.value))}"`;
    at = token.end;
  });
  return [...links, link + text.slice(at)];
}
