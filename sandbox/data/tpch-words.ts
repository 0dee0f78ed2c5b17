/** Value lists of the TPC-H specification (clause 4.2.2.13 and 4.2.3), and words of our own for names and remarks. */

export const REGIONS = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];

/** Nations with the keys of their regions. */
export const NATIONS: readonly (readonly [name: string, region: number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];

export const SEGMENTS = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'];
export const PRIORITIES = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
export const INSTRUCTIONS = ['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'];
export const MODES = ['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'];
export const SIZES = ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'];
export const FINISHES = ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'];
export const MATERIALS = ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'];
export const CONTAINERS = ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'].flatMap((size) =>
  ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'].map((kind) => `${size} ${kind}`),
);

export const SHADES = [
  'amber',
  'azure',
  'beige',
  'coral',
  'cream',
  'ebony',
  'green',
  'hazel',
  'ivory',
  'khaki',
  'lilac',
  'ochre',
  'olive',
  'pearl',
  'plum',
  'rose',
  'ruby',
  'sand',
  'slate',
  'teal',
];
export const NOUNS = [
  'parcels',
  'crates',
  'orders',
  'ledgers',
  'barges',
  'wagons',
  'ports',
  'depots',
  'scales',
  'lanterns',
  'harbours',
  'couriers',
  'invoices',
  'samples',
  'requests',
  'packages',
];
export const VERBS = [
  'wait beside',
  'arrive before',
  'sail past',
  'rest among',
  'travel with',
  'outweigh',
  'follow',
  'replace',
  'settle near',
  'drift around',
];
