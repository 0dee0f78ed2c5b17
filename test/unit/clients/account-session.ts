/**
 * A session at the account as far as an alignment can change it: reads the statements by Snowflake's rules for names,
 * constants and quoted-name folding, each kind in the one form in which the daemon writes it.
 */
import { expect } from 'vitest';
import type { Baseline, Context, ParameterSetting, SecondaryRoles } from '../../../daemon/clients/context.ts';
import { literalOf } from '../../../daemon/clients/variable.ts';
import type { CurrentObjects } from '../../../daemon/pool/driver.ts';

const folding = 'QUOTED_IDENTIFIERS_IGNORE_CASE';

export class AccountSession {
  current: CurrentObjects;
  secondaryRoles: SecondaryRoles;
  readonly parameters: Map<string, string>;
  /** By name, the text of the expression, constants decoded. */
  readonly variables = new Map<string, string>();

  constructor(
    login: CurrentObjects,
    private readonly baseline: Baseline,
  ) {
    this.current = login;
    this.secondaryRoles = baseline.secondaryRoles ?? 'NONE';
    this.parameters = new Map([...(baseline.parameters ?? [])].map(([name, setting]) => [name, textOf(setting)]));
  }

  /** As if a client had brought it there. */
  hold(context: Context): void {
    if (context.current) this.current = context.current;
    if (context.secondaryRoles !== undefined) this.secondaryRoles = context.secondaryRoles;
    for (const [name, setting] of context.parameters) {
      if (setting.kind === 'unset') this.parameters.delete(name);
      else this.parameters.set(name, setting.value);
    }
    for (const [name, variable] of context.variables) this.run(`SET ${name} = ${literalOf(variable)}`);
  }

  runAll(statements: readonly string[]): void {
    for (const statement of statements) this.run(statement);
  }

  expectToHold(context: Context): void {
    expect(this.current).toEqual(context.current);
    expect(sorted(this.secondaryRoles)).toEqual(
      sorted(context.secondaryRoles ?? this.baseline.secondaryRoles ?? 'NONE'),
    );
    const wanted = new Map([...(this.baseline.parameters ?? []), ...context.parameters]);
    for (const [name, setting] of [...wanted]) if (setting.kind === 'unset') wanted.delete(name);
    expect(this.parameters).toEqual(new Map([...wanted].map(([name, setting]) => [name, textOf(setting)])));
    expect([...this.variables.keys()].sort()).toEqual([...context.variables.keys()].sort());
    for (const [name, { value, type }] of context.variables) {
      const held = this.variables.get(name) ?? '';
      if (value === null) expect(held).toMatch(/^CAST\(NULL AS /);
      else if (type === 'boolean') expect(held).toBe(value === '1' ? 'TRUE' : 'FALSE');
      else
        expect(held.startsWith('CAST(') ? /^CAST\(([\s\S]*) AS \w+(\([\d, ]+\))?\)$/.exec(held)?.[1] : held).toBe(
          value,
        );
    }
  }

  private run(statement: string): void {
    const reader = new Reader(statement, this.parameters.get(folding) === 'true');
    const verb = reader.word();
    if (verb === 'USE') this.use(reader);
    else if (verb === 'ALTER') this.alter(reader);
    else if (verb === 'SET') this.set(reader);
    else if (verb === 'UNSET') for (const name of reader.names()) this.variables.delete(name);
    else throw new Error(`no such statement: ${statement}`);
    reader.end();
  }

  private use(reader: Reader): void {
    const kind = reader.word();
    if (kind === 'ROLE') this.current = { ...this.current, role: reader.name() };
    else if (kind === 'WAREHOUSE') this.current = { ...this.current, warehouse: reader.name() };
    else if (kind === 'DATABASE') this.current = { ...this.current, database: reader.name(), schema: 'PUBLIC' };
    else if (kind === 'SCHEMA') {
      const database = reader.name();
      reader.expect('.');
      this.current = { ...this.current, database, schema: reader.name() };
    } else {
      expect([kind, reader.word()]).toEqual(['SECONDARY', 'ROLES']);
      this.secondaryRoles = reader.roles();
    }
  }

  private alter(reader: Reader): void {
    expect(reader.word()).toBe('SESSION');
    if (reader.word() === 'UNSET') {
      for (const name of reader.names()) this.parameters.delete(name);
      return;
    }
    const name = reader.word();
    reader.expect('=');
    this.parameters.set(name, reader.value());
  }

  private set(reader: Reader): void {
    const isList = reader.accept('(');
    const names = reader.names(isList);
    reader.expect('=');
    if (isList) reader.expect('(');
    names.forEach((name, index) => {
      if (index > 0) reader.expect(',');
      this.variables.set(name, reader.expression());
    });
    if (isList) reader.expect(')');
  }
}

function sorted(roles: SecondaryRoles): SecondaryRoles {
  return typeof roles === 'string' ? roles : [...roles].sort();
}

function textOf(setting: ParameterSetting): string {
  return setting.kind === 'unset' ? '' : setting.value;
}

class Reader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly folds: boolean,
  ) {}

  word(): string {
    return this.match(/\s*([A-Z_][A-Z0-9_$]*)/y)[1] ?? '';
  }

  expect(mark: string): void {
    if (!this.accept(mark)) throw new Error(`expected ${mark} at ${this.at} of ${this.text}`);
  }

  accept(mark: string): boolean {
    const space = /\s*/y;
    space.lastIndex = this.at;
    space.exec(this.text);
    if (!this.text.startsWith(mark, space.lastIndex)) return false;
    this.at = space.lastIndex + mark.length;
    return true;
  }

  name(): string {
    const name = (this.match(/\s*"((?:[^"]|"")*)"/y)[1] ?? '').replaceAll('""', '"');
    return this.folds ? name.toUpperCase() : name;
  }

  names(isOpen = this.accept('(')): string[] {
    const names = [this.word()];
    while (this.accept(',')) names.push(this.word());
    if (isOpen) this.expect(')');
    return names;
  }

  roles(): SecondaryRoles {
    if (this.accept('ALL')) return 'ALL';
    if (this.accept('NONE')) return 'NONE';
    const roles = [this.name()];
    while (this.accept(',')) roles.push(this.name());
    return roles;
  }

  /** A constant, decoded. */
  value(): string {
    const found = this.match(/\s*(?:'((?:[^'\\]|''|\\[\s\S])*)'|(-?[\d.]+)|(TRUE|FALSE))/y);
    const [, text, number, word] = found;
    return text === undefined ? (number ?? word?.toLowerCase() ?? '') : decode(text);
  }

  /** A constant, or a cast of one, its constant decoded. */
  expression(): string {
    if (this.accept('CAST(NULL AS ')) return `CAST(NULL AS ${this.match(/[^)]*(\)\))/y)[0]}`;
    if (this.accept('CAST(')) {
      const value = this.value();
      return `CAST(${value}${this.match(/ AS \w+(\([\d, ]+\))?\)/y)[0]}`;
    }
    const value = this.value();
    return value === 'true' || value === 'false' ? value.toUpperCase() : value;
  }

  end(): void {
    expect(this.text.slice(this.at).trim()).toBe('');
  }

  private match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new Error(`cannot read ${this.text} at ${this.at}`);
    this.at = pattern.lastIndex;
    return found;
  }
}

function decode(constant: string): string {
  return constant.replace(/''|\\([\s\S])/g, (_, escaped: string | undefined) =>
    escaped === undefined ? "'" : escaped,
  );
}
