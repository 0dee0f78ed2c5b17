import type { EngineResult } from '../../engine.ts';
import type { Relation } from '../contract.ts';
import { unsupported } from '../errors.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { KIND, type PlainCell, plainResult, textColumn } from '../results.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { translate } from '../translate.ts';

const COLUMNS = metadataColumns(
  'step:n id:n parentOperators operation objects alias expressions partitionsTotal:n partitionsAssigned:n bytesAssigned:n',
);

/**
 * EXPLAIN [USING TABULAR | JSON | TEXT] query. The query is checked as if it ran; the plan names what it gives and the
 * tables that it reads, and nothing that only Snowflake's optimiser could know.
 */
export async function explain(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('EXPLAIN');
  const form = reader.accept('USING') ? reader.acceptOne('TABULAR', 'JSON', 'TEXT') : 'TABULAR';
  if (!form) throw reader.unexpected();
  if (!reader.at('SELECT') && !reader.at('WITH') && !reader.at('(')) {
    if (reader.atEnd) throw reader.unexpected();
    throw unsupported(`EXPLAIN of ${reader.peek().value}`, reader.place);
  }
  const read: Relation[] = [];
  const scope = scopeOf(statement);
  const watching = {
    ...scope,
    relation: async (...args: Parameters<typeof scope.relation>) => {
      const relation = await scope.relation(...args);
      read.push(relation);
      return relation;
    },
  };
  const { columns } = await translate(reader.rest(), watching, { binds: statement.request.binds });
  const expressions = columns.map(({ name }) => name).join(', ');
  const scans = read.map((relation, index): PlainCell[] => {
    const name = [relation.database, relation.schema, relation.name].join('.');
    const list = relation.columns.map((column) => column.name).join(', ');
    return [1, index + 1, '[0]', 'TableScan', name, null, list, 1, 1, null];
  });
  const rows: PlainCell[][] = [
    [null, null, null, 'GlobalStats', null, null, null, scans.length, scans.length, 0],
    [1, 0, null, 'Result', null, null, expressions, null, null, null],
    ...scans,
  ];
  if (form === 'TABULAR') return plainResult(KIND.select, COLUMNS, rows);
  return plainResult(KIND.select, [textColumn('content')], [[form === 'JSON' ? asJson(rows) : asText(rows)]]);
}

function asJson(rows: readonly (readonly PlainCell[])[]): string {
  const [stats, ...operations] = rows;
  return JSON.stringify({
    GlobalStats: { partitionsTotal: stats?.[7], partitionsAssigned: stats?.[8], bytesAssigned: 0 },
    Operations: [
      operations.map(([, id, parents, operation, object, , expressions]) => ({
        id,
        operation,
        ...(object ? { objects: [object] } : {}),
        ...(parents ? { parentOperators: [0] } : {}),
        expressions: String(expressions ?? '').split(', '),
      })),
    ],
  });
}

function asText(rows: readonly (readonly PlainCell[])[]): string {
  const lines = rows.slice(1).map(([step, id, , operation, object, , expressions]) => {
    const indent = operation === 'Result' ? '' : '     ';
    return `${step}:${id}     ${indent}->${operation}  ${[object, expressions].filter(Boolean).join('  ')}`;
  });
  return [
    'GlobalStats:',
    `    partitionsTotal=${rows[0]?.[7]}`,
    `    partitionsAssigned=${rows[0]?.[8]}`,
    '    bytesAssigned=0',
    'Operations:',
    ...lines,
    '',
  ].join('\n');
}
