import { expect, test } from 'vitest';
import { connect, destroy, execute } from '../../support/driver.ts';
import { startSandbox } from '../../support/sandbox.ts';
import { holdFacts } from './facts.ts';

const refused = (message: string) => ({ code: '000002', sqlState: '0A000', message });
const broken = (message: string) => ({ code: '100100', sqlState: '22P02', message: `Error parsing XML: ${message}` });

const SHOP = `<shop town="Bern"><ware n="4"><name>Bread</name><price cur="chf">3.50</price></ware><ware n="12"><name>Salt</name><price cur="chf">2</price></ware></shop>`;

holdFacts(
  'XML',
  [
    'CREATE TABLE letters (id INT, o OBJECT)',
    "INSERT INTO letters SELECT 1, PARSE_XML('<letter> 7 <part> 8 <line> A1 </line> <line> A2 </line> </part> </letter>')",
    'INSERT INTO letters SELECT 2, PARSE_XML(\'<letter> 7 <part kind="long one"> 9 </part> </letter>\')',
    'CREATE PROCEDURE js() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$ const r = snowflake.execute({ sqlText: "SELECT o FROM letters" }); r.next(); return r.getColumnValue(1).letter $$',
    `CREATE TABLE shops AS SELECT PARSE_XML('${SHOP}') AS src`,
  ],
  [
    [
      "SELECT o, XMLGET(o, 'part'), XMLGET(XMLGET(o, 'part'), 'line', 1) FROM letters WHERE id = 1",
      [
        [
          '<letter>\n  7\n  <part>\n    8\n    <line>A1</line>\n    <line>A2</line>\n  </part>\n</letter>',
          '<part>\n  8\n  <line>A1</line>\n  <line>A2</line>\n</part>',
          '<line>A2</line>',
        ],
      ],
      'XMLGET',
    ],
    [
      "SELECT GET(XMLGET(o, 'part'), '$'), XMLGET(o, 'part'):line, XMLGET(o, 'part'):\"@\" FROM letters WHERE id = 1",
      [
        [
          '[\n  8,\n  {\n    "$": "A1",\n    "@": "line"\n  },\n  {\n    "$": "A2",\n    "@": "line"\n  }\n]',
          '[\n  1,\n  2\n]',
          '"part"',
        ],
      ],
      'XMLGET',
    ],
    [
      "SELECT GET(XMLGET(o, 'part'), '@kind'), o FROM letters WHERE id = 2",
      [['"long one"', '<letter>\n  7\n  <part kind="long one">9</part>\n</letter>']],
      'XMLGET',
    ],
    [
      "SELECT XMLGET(o, 'none'), XMLGET(o, 'PART'), XMLGET(o, 'part', 1), XMLGET(o, NULL), XMLGET(o, 'part', NULL), XMLGET(NULL, 'a') FROM letters WHERE id = 1",
      [[null, null, null, null, null, null]],
      'XMLGET',
    ],
    [
      "SELECT XMLGET('<a><b/></a>', 'b')",
      { code: '001044', message: "Invalid argument types for function 'XMLGET'" },
      'XMLGET',
    ],
    ["SELECT XMLGET(PARSE_JSON('{\"b\": 1}'), 'b')", [null], 'XMLGET'],
    [
      'SELECT TO_VARCHAR(o), o::VARCHAR, TO_XML(o), TO_JSON(o) FROM letters WHERE id = 2',
      [
        [
          '<letter>7<part kind="long one">9</part></letter>',
          '<letter>7<part kind="long one">9</part></letter>',
          '<letter>7<part kind="long one">9</part></letter>',
          '{"$":[7,{"$":9,"@":"part","@kind":"long one"}],"@":"letter","part":1}',
        ],
      ],
      'TO_XML',
    ],
    [
      'SELECT XMLGET(f.value, \'name\'):"$"::VARCHAR, XMLGET(f.value, \'price\'):"$"::VARCHAR, f.value:"@n"::INT, f.index FROM shops, LATERAL FLATTEN(INPUT => src:"$") f',
      [
        ['Bread', '3.5', '4', '0'],
        ['Salt', '2', '12', '1'],
      ],
      'Introduction to semi-structured data formats, XML',
    ],
    [
      'SELECT src:"@", src:"$"[1]."@n", XMLGET(src, \'ware\') FROM shops',
      [['"shop"', '12', '<ware n="4">\n  <name>Bread</name>\n  <price cur="chf">3.50</price>\n</ware>']],
      'Introduction to semi-structured data formats, XML',
    ],
    [
      'SELECT x:"$", x:"$" = 3.5, x:"$" = TO_VARIANT(3.5), x:"@k" = TO_VARIANT(1.1), TO_JSON(x) FROM (SELECT PARSE_XML(\'<p k="1.10">3.50</p>\') AS x)',
      [['3.5', '1', '1', '1', '{"$":3.5,"@":"p","@k":1.1}']],
      'PARSE_XML',
    ],
    [
      'SELECT PARSE_XML(\'<a>22</a>\'):"$", PARSE_XML(\'<a>22</a>\', TRUE):"$", PARSE_XML(STR => \'<a>true</a>\'):"$", PARSE_XML(DISABLE_AUTO_CONVERT => TRUE, STR => \'<a>true</a>\'):"$"',
      [['22', '"22"', 'true', '"true"']],
      'PARSE_XML',
    ],
    [
      'SELECT PARSE_XML(\'<a>007</a>\'):"$", PARSE_XML(\'<a>+7</a>\'):"$", PARSE_XML(\'<a>.5</a>\'):"$", PARSE_XML(\'<a>-0</a>\'):"$", PARSE_XML(\'<a>-123.45</a>\'):"$", PARSE_XML(\'<a>1.2345e+02</a>\'):"$"',
      [['"007"', '"+7"', '".5"', '"-0"', '-123.45', '1.234500000000000e+02']],
      'PARSE_XML',
    ],
    ["SELECT PARSE_XML(NULL), PARSE_XML(''), PARSE_XML(' '), CHECK_XML(NULL)", [[null, null, null, null]], 'PARSE_XML'],
    [
      'SELECT PARSE_XML(\'<?xml version="1.0"?><!-- a --><!DOCTYPE a><a k="&lt;&#65;"><![CDATA[x < y]]></a>\'), PARSE_XML(\'<x:a xmlns:x="urn:b">&amp;<x:b/></x:a>\')',
      [['<a k="&lt;A">x &lt; y</a>', '<x:a xmlns:x="urn:b">\n  &amp;\n  <x:b></x:b>\n</x:a>']],
      'PARSE_XML',
    ],
    [
      "SELECT CHECK_XML('<b> fine </b>'), CHECK_XML('<b> bad </BOLD>'), CHECK_XML('<b><b>', TRUE), CHECK_XML('<b</b>')",
      [
        [
          null,
          'no opening tag for </BOLD>, pos 15',
          'missing closing tags: </b></b>, pos 6',
          "bad character in XML tag name: '<', pos 3",
        ],
      ],
      'CHECK_XML',
    ],
    ["SELECT PARSE_XML('<b> bad </BOLD>')", broken('no opening tag for </BOLD>, pos 15'), 'PARSE_XML'],
    ["SELECT PARSE_XML('plain')", broken(''), 'PARSE_XML'],
    ["SELECT PARSE_XML('<a/><b/>')", broken(''), 'PARSE_XML'],
    ["SELECT PARSE_XML('<a/>x>')", broken(''), 'PARSE_XML'],
    ["SELECT PARSE_XML('<a/><![CDATA[x]]>')", broken(''), 'PARSE_XML'],
    [
      "SELECT TO_XML(OBJECT_CONSTRUCT('k1', 'a < b', 'k2', 2)), TO_XML(ARRAY_CONSTRUCT('v', 1.5)), TO_XML(TO_VARIANT(TRUE)), TO_XML(3), TO_XML(NULL)",
      [
        [
          '<SnowflakeData type="OBJECT"><k1 type="VARCHAR">a &lt; b</k1><k2 type="INTEGER">2</k2></SnowflakeData>',
          '<SnowflakeData type="ARRAY"><e type="VARCHAR">v</e><e type="DECIMAL">1.5</e></SnowflakeData>',
          '<SnowflakeData type="BOOLEAN">true</SnowflakeData>',
          '<SnowflakeData type="INTEGER">3</SnowflakeData>',
          null,
        ],
      ],
      'TO_XML',
    ],
    [
      'SELECT PARSE_JSON(\'{"$": "x", "@": 1}\'), PARSE_JSON(\'{"$": "x", "@": "a", "b": 2}\')',
      [['{\n  "$": "x",\n  "@": 1\n}', '{\n  "$": "x",\n  "@": "a",\n  "b": 2\n}']],
      'PARSE_JSON',
    ],
    [
      'SELECT TYPEOF(PARSE_XML(\'<a>1</a>\'):"$"), IS_ARRAY(PARSE_XML(\'<a><b/></a>\'):"$")',
      [['INTEGER', '0']],
      'TYPEOF',
    ],
    ["SELECT TYPEOF(PARSE_XML('<a/>'))", refused('what kind of value XML is'), 'TYPEOF'],
    ["SELECT CHECK_XML('plain')", refused('what CHECK_XML says'), 'CHECK_XML'],
    ["SELECT PARSE_XML(STR => '<a/>', TRUE)", refused('these names of arguments'), 'PARSE_XML'],
    [
      'SELECT PARSE_XML(\'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>\')',
      refused('these declarations in XML'),
      'PARSE_XML',
    ],
    [
      'SELECT PARSE_XML(\'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>\')',
      refused('these declarations'),
      'PARSE_XML',
    ],
    ["SELECT PARSE_XML('<a>&b;</a>')", refused('the entity &b;'), 'PARSE_XML'],
    ["SELECT PARSE_XML('<a>x<!-- c -->y</a>')", refused('text in XML that comments'), 'PARSE_XML'],
    ["SELECT PARSE_XML('<?pi x?><a/>')", refused('processing instructions'), 'PARSE_XML'],
    [
      'SELECT PARSE_XML(\'<SnowflakeData type="INTEGER">1</SnowflakeData>\')',
      refused('the tags that TO_XML'),
      'PARSE_XML',
    ],
    ['SELECT PARSE_XML(\'<__proto__ a="1"/>\')', refused('this name in XML'), 'PARSE_XML'],
    ["SELECT PARSE_XML(REPEAT('<a>', 300) || REPEAT('</a>', 300))", refused('more than 250 levels'), 'PARSE_XML'],
    ["SELECT PARSE_XML('<a>' || REPEAT('<b/>', 500000) || '</a>')", refused('XML of that many tags'), 'PARSE_XML'],
    ["SELECT PARSE_XML(REPEAT('<!--', 300000))", broken(''), 'PARSE_XML'],
    ["SELECT LENGTH(TO_XML(PARSE_XML('<a>' || REPEAT('<!-- c -->', 5000) || '<b/></a>')))", ['14'], 'PARSE_XML'],
    ['CALL js()', { code: '100183', message: 'does not support XML as a value of JavaScript procedures' }, 'CALL'],
    [
      "EXECUTE IMMEDIATE $$ DECLARE x VARIANT; BEGIN x := PARSE_XML('<a>x</a>'); RETURN GET(x, '$'); END $$",
      refused('variables that hold XML'),
      'Snowflake Scripting, variables',
    ],
    ["SELECT TO_XML('text')", refused('TO_XML of TEXT'), 'TO_XML'],
    ["SELECT TO_XML(PARSE_JSON('[null]'))", refused('TO_XML of NULL_VALUE'), 'TO_XML'],
  ],
);

test('the driver gets XML as the text of an OBJECT, and a stored result gives it again', async () => {
  const sandbox = await startSandbox();
  const connection = await connect(sandbox.connectionOptions());
  const XML = "PARSE_XML('<root><a>1</a><c><a>x</a></c></root>')";
  const { rows } = await execute(connection, `SELECT ${XML} AS x`);
  expect(rows).toEqual([{ X: { root: { a: 1, c: { a: 'x' } } } }]);
  await execute(connection, "SELECT PARSE_XML('<note><to>Ada</to></note>') AS x");
  const again = await execute(connection, 'SELECT x:"$":"$"::VARCHAR AS name FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))');
  expect(again.rows).toEqual([{ NAME: 'Ada' }]);
  await execute(connection, `SELECT ${XML} AS x`);
  const numbers = execute(connection, 'SELECT x FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))');
  await expect(numbers).rejects.toThrow('numbers in XML of a stored result');
  await destroy(connection);
  expect(await sandbox.stop()).toBe(0);
});
