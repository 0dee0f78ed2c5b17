import type { Catalog } from '../catalog/catalog.ts';
import { loadFolder } from './load.ts';
import { addTpch } from './tpch.ts';

// What the account holds when the sandbox begins: databases, warehouse, sample data, loaded files. Imported by
// sandbox/sql/engine.ts alone.

export interface AccountData {
  readonly load?: string;
  readonly hasSampleData: boolean;
}

/** Fills a new account: SANDBOX with its schema PUBLIC, SNOWFLAKE with ACCOUNT_USAGE, SNOWFLAKE_SAMPLE_DATA, COMPUTE_WH. */
export async function fillAccount(catalog: Catalog, { load, hasSampleData }: AccountData): Promise<void> {
  const sandbox = catalog.addDatabase('SANDBOX', 'SYSADMIN', {
    comment: 'Yours to change; gone when the sandbox ends',
  });
  const own = sandbox.schemas.get('PUBLIC');
  if (load !== undefined && own) await loadFolder(catalog, own, load);
  shared(catalog, 'SNOWFLAKE', 'SNOWFLAKE.ACCOUNT_USAGE', 'ACCOUNT_USAGE', ['ACCOUNTADMIN']);
  if (hasSampleData) {
    const schema = shared(catalog, 'SNOWFLAKE_SAMPLE_DATA', 'SFSALESSHARED.SFC_SAMPLES.SAMPLE_DATA', 'TPCH_SF1', [
      'ACCOUNTADMIN',
      'SYSADMIN',
    ]);
    await addTpch(catalog, schema);
  }
  catalog.warehouses.add('COMPUTE_WH', 'SYSADMIN');
}

/** A database as from a share: owned by nobody here, read through one privilege. */
function shared(catalog: Catalog, name: string, origin: string, schemaName: string, roles: readonly string[]) {
  const database = catalog.addDatabase(name, '', { origin, withPublic: false });
  for (const grantee of roles) {
    const privilege = 'IMPORTED PRIVILEGES';
    catalog.roles.grant({
      privilege,
      on: 'DATABASE',
      objectId: database.id,
      objectName: name,
      grantee,
      grantedBy: 'ACCOUNTADMIN',
      withGrantOption: false,
    });
  }
  return catalog.addSchema(database, schemaName, '');
}
