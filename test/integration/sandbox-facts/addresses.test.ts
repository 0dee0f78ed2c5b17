import { holdFacts } from './facts.ts';

holdFacts(
  'addresses',
  [],
  [
    [
      "SELECT TO_JSON(PARSE_IP('10.1.2.3/16', 'INET'))",
      [
        '{"family":4,"host":"10.1.2.3","ip_fields":[167838211,0,0,0],"ip_type":"inet","ipv4":167838211,"ipv4_range_end":167903231,"ipv4_range_start":167837696,"netmask_prefix_length":16,"snowflake$type":"ip_address"}',
      ],
      'PARSE_IP',
    ],
    [
      "SELECT PARSE_IP('107.217.231.17', 'inet'):ipv4, PARSE_IP('107.217.231.17', 'inet'):host::STRING, PARSE_IP('107.217.231.17', 'inet'):ipv4_range_start",
      [['1809442577', '107.217.231.17', null]],
      'PARSE_IP',
    ],
    [
      "SELECT TO_JSON(PARSE_IP('2001:db8::ff:1/32', 'INET'))",
      [
        '{"family":6,"hex_ipv6":"20010DB8000000000000000000FF0001","hex_ipv6_range_end":"20010DB8FFFFFFFFFFFFFFFFFFFFFFFF","hex_ipv6_range_start":"20010DB8000000000000000000000000","host":"2001:db8::ff:1","ip_fields":[536939960,0,0,16711681],"ip_type":"inet","netmask_prefix_length":32,"snowflake$type":"ip_address"}',
      ],
      'PARSE_IP',
    ],
    ["SELECT PARSE_IP('::ffff:1.2.3.4', 'INET'):hex_ipv6::STRING", ['00000000000000000000FFFF01020304'], 'PARSE_IP'],
    ["SELECT PARSE_IP('::', 'INET'):ip_fields[3], PARSE_IP('1::', 'INET'):ip_fields[0]", [['0', '65536']], 'PARSE_IP'],
    [
      "SELECT OBJECT_KEYS(PARSE_IP('nowhere', 'INET', 1))[0]::STRING, PARSE_IP(NULL, 'INET') IS NULL",
      [['error', '1']],
      'PARSE_IP',
    ],
    ["SELECT PARSE_IP('1.2.3.4/33', 'INET')", { code: '100147' }, 'PARSE_IP'],
    ["SELECT PARSE_IP('1.2.3.4/24', 'CIDR')", { code: '000002' }, 'PARSE_IP'],
  ],
);
