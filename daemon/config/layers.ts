import { SnowpoolError } from '../errors.ts';
import { allSettings, type Setting, type SettingName } from './settings.ts';

/** A raw value and the place it was written at, for errors and for `snowpool doctor`. */
export interface Written {
  readonly value: string;
  /** e.g. `SNOWFLAKE_ROLE in the environment`, `/home/me/.snowflake/connections.toml [dev] role`. */
  readonly source: string;
}

/** One place where settings may be written; the first layer that has a setting wins. */
export type Layer = ReadonlyMap<string, Written>;

const byName = new Map<string, Setting>(allSettings.map((setting) => [setting.name, setting]));

/** The layers in their order of precedence (DESIGN §9: flag, environment, snowpool's file, connections.toml, default). */
export class Layers {
  constructor(private readonly layers: readonly Layer[]) {}

  /** The effective value as written, the default included; undefined where there is none. */
  written(name: SettingName): Written | undefined {
    for (const layer of this.layers) {
      const found = layer.get(name);
      if (found !== undefined && found.value !== '') return found;
    }
    const fallback = byName.get(name)?.default;
    return fallback === undefined ? undefined : { value: fallback, source: 'default' };
  }

  text(name: SettingName): string | undefined {
    const written = this.written(name);
    if (written === undefined || written.value === '') return undefined;
    this.check(name, written);
    return written.value;
  }

  number(name: SettingName): number | undefined {
    const written = this.written(name);
    if (written === undefined) return undefined;
    this.check(name, written);
    return Number(written.value);
  }

  /** The number of a setting that has a default. */
  requiredNumber(name: SettingName): number {
    const value = this.number(name);
    if (value === undefined) throw new SnowpoolError('internal', `the setting ${name} has no default`);
    return value;
  }

  private check(name: SettingName, written: Written): void {
    const setting = byName.get(name);
    if (setting) checkValue(setting, written);
  }
}

/**
 * Refuses a value that its setting does not allow, in one line that names where it was written, the value and what is
 * allowed. Throws SnowpoolError invalid_argument. A secret's value is never shown.
 */
export function checkValue(setting: Setting, { value, source }: Written): void {
  const { rule } = setting;
  if (rule.kind === 'number') {
    const number = Number(value);
    const isWrong =
      !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value.trim()) ||
      number < rule.min ||
      number > rule.max ||
      (rule.isInteger && !Number.isInteger(number));
    if (isWrong) {
      const shape = rule.isInteger ? 'a whole number' : 'a number';
      throw refused(source, value, `${shape} from ${rule.min} to ${rule.max} ${rule.unit}`.trimEnd());
    }
  } else if (rule.kind === 'choice' && !rule.allowed.includes(value)) {
    throw refused(source, value, `one of ${rule.allowed.join(', ')}`);
  }
}

/** The one-line refusal of a value. */
export function refused(source: string, value: string, allowed: string): SnowpoolError {
  return new SnowpoolError(
    'invalid_argument',
    `${source} is '${value}': allowed is ${allowed}.`,
    'Correct the value and try again.',
  );
}

/** The environment as a layer. */
export function environmentLayer(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[] = allSettings,
): Layer {
  const layer = new Map<string, Written>();
  for (const setting of settings) {
    for (const variable of setting.variables) {
      const value = env[variable];
      if (value !== undefined && value !== '' && !layer.has(setting.name))
        layer.set(setting.name, { value, source: variable });
    }
  }
  return layer;
}
