import { SqlError } from '../../engine.ts';
import { unsupported } from '../types/type.ts';
import { scalarText } from '../types/variant-print.ts';
import { readVariant, Scalar, type Variant, writeVariant } from '../types/variant-text.ts';
import { childOf, escapeXml, isXml, isXmlName, printXml } from '../types/xml-model.ts';
import { type Definition, define, raised } from './define.ts';
import { typeOf } from './variants.ts';
import { XmlError } from './xml-faults.ts';
import { xmlReader } from './xml-text.ts';

/** Runs a body whose refusals by name have to pass through DuckDB. */
function passing<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof SqlError) throw raised(error.code, error.sqlState, error.message);
    throw error;
  }
}

/** The types whose tags Snowflake's pages show or whose text is that of TO_VARCHAR. */
const TAGGED = new Set(['INTEGER', 'DECIMAL', 'BOOLEAN', 'VARCHAR', 'ARRAY', 'OBJECT']);

/** A value that was no XML, in tags that tell its type. Source: docs, TO_XML. */
function dataTag(name: string, value: Variant): string {
  const type = typeOf(value);
  if (!TAGGED.has(type)) throw unsupported(`TO_XML of ${type}`);
  if (!isXmlName(name)) throw unsupported(`TO_XML of the key '${name}'`);
  return `<${name} type="${type}">${dataContent(value)}</${name}>`;
}

function dataContent(value: Variant): string {
  if (value instanceof Scalar) return scalarText(value, 'UTC');
  if (value === null || typeof value !== 'object') return escapeXml(String(value));
  if (isXml(value)) throw unsupported('TO_XML of XML inside of other values');
  if (value instanceof Map) {
    return [...(value as ReadonlyMap<string, Variant>)].map(([key, item]) => dataTag(key, item)).join('');
  }
  return (value as readonly Variant[]).map((item) => dataTag('e', item)).join('');
}

function toXml(value: Variant): string {
  if (isXml(value)) return printXml(value, (one) => scalarText(one, 'UTC'), 0);
  return dataTag('SnowflakeData', value);
}

/** Functions of XML. Source: docs, PARSE_XML, CHECK_XML, XMLGET, TO_XML. */
export function xmlFunctions(): readonly Definition[] {
  const read = xmlReader();
  return [
    define('sf_parse_xml', ['text', 'boolean'], 'text', (text, keepsText) =>
      passing(() => {
        try {
          const value = read(text, !keepsText);
          return value === undefined ? null : writeVariant(value);
        } catch (error) {
          if (!(error instanceof XmlError)) throw error;
          throw raised('100100', '22P02', `Error parsing XML: ${error.message}`);
        }
      }),
    ),
    define('sf_check_xml', ['text'], 'text', (text) =>
      passing(() => {
        try {
          read(text, false);
          return null;
        } catch (error) {
          if (!(error instanceof XmlError)) throw error;
          if (!error.isWorded) throw unsupported('what CHECK_XML says of this text, which is no XML');
          return error.message;
        }
      }),
    ),
    define('sf_stored_xml', ['text'], 'text', (text) =>
      passing(() => {
        const [value, asTexts] = [true, false].map((converts) => writeVariant(read(text, converts) ?? null));
        // Printed XML does not tell a text from the number that it spells.
        if (value === undefined || value !== asTexts) throw unsupported('reading numbers in XML of a stored result');
        return value;
      }),
    ),
    define('sf_xmlget', ['text', 'text', 'bigint'], 'text', (variant, name, instance) => {
      const value = readVariant(variant);
      const child = isXml(value) ? childOf(value, name, Number(instance)) : undefined;
      return child ? writeVariant(child) : null;
    }),
    define('sf_to_xml', ['text'], 'text', (variant) => passing(() => toXml(readVariant(variant)))),
    define('sf_v_kind', ['text'], 'text', (variant) => {
      const value = readVariant(variant);
      if (isXml(value))
        return passing(() => {
          throw unsupported('what kind of value XML is');
        });
      return typeOf(value);
    }),
  ];
}
