import type { SnowflakeType } from '../../contract.ts';
import { integerOf, stringOf } from '../typed.ts';
import { arg, type Call, type Rules, result, rule, textArg } from './rule.ts';

const OBJECT: SnowflakeType = { type: 'object', precision: null, scale: null, length: null };

/** Whether the argument at `index` asks for an object with the error in place of the error itself. */
function permissive(call: Call, index: number): string {
  const flag = call.args[index];
  return flag && integerOf(flag) === 1 ? 'true' : 'false';
}

/** Addresses taken apart. Source: docs, "PARSE_URL", "PARSE_IP". */
export const addressRules: Rules = {
  PARSE_URL: rule(1, 2, (call) =>
    result(call, `sf_parse_url(${textArg(call, 0).sql}, ${permissive(call, 1)})`, OBJECT),
  ),
  PARSE_IP: rule(2, 3, (call) => {
    if (stringOf(arg(call, 1))?.toUpperCase() !== 'INET') {
      throw call.binder.translation.unsupported('PARSE_IP of any type but INET', call.node);
    }
    return result(call, `sf_parse_ip(${textArg(call, 0).sql}, ${permissive(call, 2)})`, OBJECT);
  }),
};
