import { Access } from '../catalog/access.ts';
import type { View } from '../catalog/model.ts';
import { SqlError } from '../engine.ts';
import type { Relation } from './contract.ts';
import { displayName } from './errors.ts';
import type { Names } from './find.ts';
import { quoteDuck } from './quote.ts';
import { relationOf } from './relations.ts';
import { scopeOf } from './scope.ts';
import type { Statement } from './statement.ts';
import type { Past } from './time-travel.ts';
import { translate } from './translate.ts';
import { typeOf } from './types/index.ts';

const DEEPEST = 32;

/** A view as a query in parentheses: its text is translated each time, with the names of its own schema and the rights of its owner. */
export async function viewRelation(
  statement: Statement,
  view: View,
  depth: number,
  past: Past | undefined,
): Promise<Relation> {
  if (depth > DEEPEST) {
    throw new SqlError(
      '002060',
      '42601',
      `SQL compilation error:\nView definition for '${view.name}' is nested too deeply.`,
    );
  }
  const { account, temporaries } = statement.session;
  const inside: Names = {
    account,
    temporaries,
    database: view.schema.database.name,
    schema: view.schema.name,
    access: new Access(account.catalog, [view.owner]),
  };
  const scope = scopeOf(statement, { names: inside, depth: depth + 1, past });
  let translated: Awaited<ReturnType<typeof translate>>;
  try {
    translated = await translate(view.query, scope, { describeOnly: statement.request.describeOnly });
  } catch (error) {
    throw expansionFailed(view, error);
  }
  if (translated.columns.length !== view.columns.length) {
    throw new SqlError(
      '002057',
      '42601',
      `SQL compilation error:\nView definition for '${[view.schema.database.name, view.schema.name, view.name].map(displayName).join('.')}' declared ${view.columns.length} column(s), but view query produces ${translated.columns.length} column(s).`,
    );
  }
  const inner = translated.columns.map((_, index) => `"c${index}"`);
  const outer = view.columns.map(({ name }, index) => `${inner[index]} AS ${quoteDuck(name)}`);
  const columns = view.columns.map((column, index) => {
    const type = typeOf(translated.columns[index] ?? column.type);
    return { name: column.name, nullable: column.nullable, type };
  });
  return relationOf(view, `(SELECT ${outer.join(', ')} FROM (${translated.sql}) AS "v"(${inner.join(', ')}))`, columns);
}

/** Snowflake names the view around whatever is wrong inside. */
function expansionFailed(view: View, error: unknown): unknown {
  if (!(error instanceof SqlError) || error.code === '000002') return error;
  const inner = error.message.replace(/^SQL compilation error:\s*/, '');
  return new SqlError(
    '002037',
    '42601',
    `SQL compilation error:\nFailure during expansion of view '${displayName(view.name)}': SQL compilation error:\n${inner}`,
    undefined,
    { cause: error },
  );
}
