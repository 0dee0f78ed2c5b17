import { holdFacts } from './facts.ts';

const unnamed = { code: '002022', sqlState: '42601', message: 'Missing column specification' };
const incompatible = { code: '001003', message: 'options IF NOT EXISTS and OR REPLACE are incompatible.' };

holdFacts(
  'tables and views made of queries',
  ['CREATE TABLE sales (region VARCHAR, amount NUMBER)', "INSERT INTO sales VALUES ('east', 10), ('west', 20)"],
  [
    ['CREATE TABLE totals AS SELECT COUNT(*) FROM sales', unnamed, 'CREATE TABLE ... AS SELECT'],
    ['CREATE TABLE totals AS SELECT region, amount + 1 FROM sales', unnamed, 'CREATE TABLE ... AS SELECT'],
    ['CREATE VIEW totals AS SELECT 1', unnamed, 'CREATE VIEW'],
    ['CREATE TABLE totals (n) AS SELECT COUNT(*) FROM sales', ['Table TOTALS successfully created.'], 'CREATE TABLE'],
    ['CREATE VIEW kept (n) AS SELECT 1', ['View KEPT successfully created.'], 'CREATE VIEW'],
    [
      'CREATE TABLE named AS SELECT (s.amount), 1 AS n FROM sales s',
      ['Table NAMED successfully created.'],
      'CREATE TABLE',
    ],
    [
      'CREATE TABLE starred AS SELECT *, amount * 2 FROM sales',
      ['Table STARRED successfully created.'],
      'CREATE TABLE',
    ],
    ['CREATE TABLE joined AS SELECT 1 UNION ALL SELECT 2', ['Table JOINED successfully created.'], 'CREATE TABLE'],
    ['SELECT SUM(amount), SUM(n) FROM named', [['30', '2']], 'CREATE TABLE'],
    ['CREATE OR REPLACE TABLE IF NOT EXISTS sales (a INT)', incompatible, 'CREATE TABLE'],
    ['CREATE OR REPLACE SCHEMA IF NOT EXISTS other', incompatible, 'CREATE SCHEMA'],
    ['CREATE OR REPLACE FILE FORMAT IF NOT EXISTS other TYPE = CSV', incompatible, 'CREATE FILE FORMAT'],
  ],
);
