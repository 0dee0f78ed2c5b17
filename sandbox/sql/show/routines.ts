import { sorted } from '../../catalog/access.ts';
import type { Routine } from '../../catalog/model.ts';
import { BUILT_INS, type BuiltIn } from '../built-in/functions.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { ruleOf } from '../translate/functions/registry.ts';
import { bareType } from '../types/index.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import { type ShowRequest, schemasOf } from './request.ts';

const PROCEDURE_COLUMNS = `created_on:t name schema_name is_builtin is_aggregate is_ansi min_num_arguments:n
  max_num_arguments:n arguments description catalog_name is_table_function valid_for_clustering is_secure secrets
  external_access_integrations`;

const FUNCTION_COLUMNS = `${PROCEDURE_COLUMNS} is_external_function language is_memoizable is_data_metric`;

/** Whose routines a SHOW lists: those that the account has built in, those that users made, or both. */
type Origin = 'all' | 'built-in' | 'user';

/**
 * SHOW [BUILTIN | USER] FUNCTIONS. Built-in ones stand first and belong to no schema, so that IN leaves them all.
 * Source: docs, SHOW FUNCTIONS, SHOW USER FUNCTIONS.
 */
export function showFunctions(origin: Origin): ShowKind {
  return {
    fallback: 'schema',
    columns: metadataColumns(FUNCTION_COLUMNS),
    rows: (request) => [
      ...(origin === 'user' ? [] : [...BUILT_INS.values()].map(builtInRow)),
      ...(origin === 'built-in' ? [] : routineRows(request, 'FUNCTION')),
    ],
  };
}

/** SHOW [BUILTIN | USER] PROCEDURES; none is built in. */
export function showProcedures(origin: Origin): ShowKind {
  return {
    fallback: 'schema',
    columns: metadataColumns(PROCEDURE_COLUMNS),
    rows: (request) => (origin === 'built-in' ? [] : routineRows(request, 'PROCEDURE')),
  };
}

const yes = (is: boolean): string => (is ? 'Y' : 'N');

/** No schema, no database, made before all time: so accounts print them. */
function builtInRow(one: BuiltIn): ShowRow {
  const rule = ruleOf(one.name);
  const isScalar = !one.isTable && !rule?.isAggregate && !rule?.isWindow;
  return {
    name: one.name,
    cells: [
      ...[0, one.name, '', 'Y', yes(rule?.isAggregate === true), yes(one.isAnsi), one.minArguments],
      ...[one.maxArguments ?? rule?.max ?? null, one.signatures, one.description, '', yes(one.isTable)],
      ...[yes(isScalar && !one.isVolatile), null, '', '', 'N', 'SQL', 'N', 'N'],
    ],
  };
}

/** What a routine returns, without sizes where it is a scalar; a table's columns are left out. */
function returnType({ returns, isTable }: Routine): string {
  if (!isTable && /^(?:ARRAY|OBJECT|MAP)\(/.test(returns)) return returns;
  return returns.replace(/^(\w+)\(.*$/, '$1');
}

function routineRows(request: ShowRequest, kind: Routine['kind']): ShowRow[] {
  return schemasOf(request).flatMap((schema) =>
    sorted([...schema.routines.values()])
      .filter((routine) => routine.kind === kind && request.statement.session.access.sees(routine))
      .map((routine) => {
        const types = routine.parameters.map((parameter) => {
          const type = bareType(parameter.type);
          return parameter.default === undefined ? type : `DEFAULT ${type}`;
        });
        const required = routine.parameters.filter((parameter) => parameter.default === undefined).length;
        const signature = `${routine.name}(${types.join(', ')}) RETURN ${returnType(routine)}`;
        return {
          name: routine.name,
          cells: [
            ...[routine.createdMs, routine.name, schema.name, 'N', 'N', 'N', required, types.length, signature],
            ...[routine.comment === '' ? `user-defined ${kind.toLowerCase()}` : routine.comment, schema.database.name],
            ...[yes(routine.isTable), 'N', 'N', null, null, 'N', routine.language, 'N', 'N'],
          ],
        };
      }),
  );
}
