import { DEFAULT_CONCURRENCY, type Warehouse } from '../../../catalog/warehouses.ts';
import type { EngineResult } from '../../../engine.ts';
import { SqlError } from '../../../engine.ts';
import { insufficientPrivileges, noWarehouse, objectMissing, unsupported } from '../../errors.ts';
import { readName } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { readWarehouse } from './create-others.ts';
import { succeeded } from './header.ts';
import { isProperty, readProperties, readUnset } from './properties.ts';

/** ALTER WAREHOUSE [IF EXISTS] name SUSPEND | RESUME [IF SUSPENDED] | SET ... | UNSET ... | RENAME TO | ABORT ALL QUERIES. */
export async function alterWarehouse(statement: Statement): Promise<EngineResult> {
  const { reader, session, account } = statement;
  const { warehouses } = account.catalog;
  const ifExists = reader.accept('IF', 'EXISTS');
  const isNameless = ['SUSPEND', 'RESUME', 'SET', 'UNSET', 'RENAME', 'ABORT'].some((word) => reader.at(word));
  const name = isNameless ? session.warehouse : readName(reader, session);
  if (name === null) throw noWarehouse();
  const warehouse = warehouses.get(name);
  if (!warehouse && ifExists) return succeeded();
  if (!warehouse || !session.access.sees(warehouse)) throw objectMissing('Warehouse', [name]);
  if (!session.access.may(warehouse, 'OPERATE', 'MODIFY')) throw insufficientPrivileges('warehouse', name);
  if (reader.accept('SUSPEND')) {
    reader.expectEnd();
    if (warehouse.state === 'SUSPENDED') throw wrongState('000607', name, 'cannot be suspended', 'suspended');
    warehouses.suspend(warehouse);
  } else if (reader.accept('RESUME')) {
    const ifSuspended = reader.accept('IF', 'SUSPENDED');
    reader.expectEnd();
    if (warehouse.state !== 'SUSPENDED' && !ifSuspended)
      throw wrongState('000608', name, 'cannot be resumed', 'running');
    await warehouses.resume(warehouse);
  } else if (reader.accept('RENAME', 'TO')) {
    const to = readName(reader, session);
    reader.expectEnd();
    warehouses.rename(warehouse, to);
    if (session.warehouse === name) session.warehouse = to;
  } else if (reader.accept('SET')) {
    const changes = readWarehouse(readProperties(reader, 'warehouse'));
    reader.expectEnd();
    Object.assign(warehouse, changes, { updatedMs: account.catalog.now() });
  } else if (reader.accept('UNSET')) {
    const names = readUnset(reader, (property) => isProperty('warehouse', property));
    reader.expectEnd();
    const fixed = names.find((property) => WITHOUT_DEFAULT.includes(property));
    if (fixed !== undefined) throw unsupported(`UNSET ${fixed} of a warehouse`);
    for (const property of names) unset(warehouse, property);
  } else throw unsupported('this ALTER WAREHOUSE', reader.place);
  return succeeded();
}

function wrongState(code: string, name: string, what: string, state: string): SqlError {
  return new SqlError(code, '22000', `Invalid state. Warehouse '${name}' ${what}: it is ${state} already.`);
}

/** What no ALTER WAREHOUSE ... UNSET of the sandbox takes away. */
const WITHOUT_DEFAULT = ['WAREHOUSE_SIZE', 'WAREHOUSE_TYPE', 'INITIALLY_SUSPENDED'];

function unset(warehouse: Warehouse, name: string): void {
  if (name === 'COMMENT') warehouse.comment = '';
  else if (name === 'AUTO_SUSPEND') warehouse.autoSuspendSeconds = 600;
  else if (name === 'AUTO_RESUME') warehouse.autoResume = true;
  else if (name === 'MAX_CONCURRENCY_LEVEL') warehouse.maxConcurrency = DEFAULT_CONCURRENCY;
  else if (name === 'MIN_CLUSTER_COUNT') warehouse.minClusters = 1;
  else if (name === 'MAX_CLUSTER_COUNT') warehouse.maxClusters = 1;
  else if (name === 'SCALING_POLICY') warehouse.scalingPolicy = 'STANDARD';
  else if (name === 'STATEMENT_TIMEOUT_IN_SECONDS') warehouse.timeoutSeconds = null;
  else if (name === 'STATEMENT_QUEUED_TIMEOUT_IN_SECONDS') warehouse.queuedTimeoutSeconds = null;
}
