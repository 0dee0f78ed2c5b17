import type { ParameterValue } from '../sql/parameters.ts';
import type { Database, Schema, Table } from './model.ts';

/** An object that parameters can be set on. */
export type ParameterHolder = Database | Schema | Table;

/** The levels at which an object's parameter may stand, as SHOW PARAMETERS calls them. */
export type ParameterLevel = 'DATABASE' | 'SCHEMA' | 'TABLE';

const RETENTION = 'DATA_RETENTION_TIME_IN_DAYS';

/**
 * The parameters that were set on databases, schemas and tables; what is not set on one holds as on the object around
 * it. Source: docs, "Parameters", object parameters.
 */
export class ObjectParameters {
  private readonly own = new WeakMap<ParameterHolder, Map<string, ParameterValue>>();

  set(object: ParameterHolder, name: string, value: ParameterValue): void {
    const values = this.own.get(object) ?? new Map<string, ParameterValue>();
    this.own.set(object, values.set(name, value));
    if (name === RETENTION) this.settleRetention(object);
  }

  unset(object: ParameterHolder, name: string): void {
    this.own.get(object)?.delete(name);
    if (name === RETENTION) this.settleRetention(object);
  }

  /** What was set on one object is set on another, too: a clone. */
  copy(from: ParameterHolder, to: ParameterHolder): void {
    const values = this.own.get(from);
    if (values) this.own.set(to, new Map(values));
  }

  /** The value in force and the level at which it was set; undefined where it was set nowhere. */
  find(object: ParameterHolder, name: string): { value: ParameterValue; level: ParameterLevel } | undefined {
    const value = this.own.get(object)?.get(name);
    if (value !== undefined) return { value, level: object.kind };
    const around = object.kind === 'TABLE' ? object.schema : object.kind === 'SCHEMA' ? object.database : null;
    return around ? this.find(around, name) : undefined;
  }

  /** Retention is kept with each object: whatever has none of its own follows the object around it. */
  private settleRetention(object: ParameterHolder): void {
    const days = Number(this.find(object, RETENTION)?.value ?? 1);
    // Transient and temporary tables keep what was deleted for a day at most.
    const isBrief = object.kind === 'TABLE' && object.lifetime !== 'permanent';
    object.retentionDays = isBrief ? Math.min(1, days) : days;
    if (object.kind === 'TABLE') return;
    const inside =
      object.kind === 'DATABASE'
        ? [...object.schemas.values()]
        : [...object.relations.values()].filter((one): one is Table => one.kind === 'TABLE');
    for (const one of inside) if (this.own.get(one)?.get(RETENTION) === undefined) this.settleRetention(one);
  }
}
