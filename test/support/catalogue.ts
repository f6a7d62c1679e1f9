import type { TestDatabase } from './engines.js'

interface Relation {
  readonly name: string
  readonly kind: 'table' | 'view'
  readonly columns: readonly string[]
  readonly keys: readonly string[]
}

/** Partitions are data; whether a table is partitioned or a hypertable is the engine's own matter. */
const RELATIONS = `
  SELECT c.relname AS name, CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'table' END AS kind,
    ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN co.collname <> 'default' THEN ' COLLATE "' || co.collname || '"' ELSE '' END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_attribute a
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> 0
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
    ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c') ORDER BY k.contype = 'p' DESC, 1)
      || ARRAY(SELECT regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX (\\S+) ON (ONLY )?\\S+ ', '\\1INDEX \\2 ')
        FROM pg_index i
        WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1)
      AS keys
  FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    AND c.relname <> 'schema_migration'
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
  ORDER BY c.relname COLLATE "C"`

export const readCatalogue = (database: TestDatabase): Promise<Relation[]> => database.query<Relation>(RELATIONS)

/** Of views nothing but the columns: what they read from is the engine's own matter. */
export const catalogueText = (relations: readonly Relation[]): string =>
  relations
    .map(({ name, kind, columns, keys }) =>
      [`${kind} ${name}`, ...[...columns, ...keys].map(line => `  ${line}`), ''].join('\n'),
    )
    .join('\n')

/** What the rest of the project knows of the storage: relations and columns. */
export const shapeOf = (relations: readonly Relation[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    relations.map(({ name, columns }) => [name, columns.map(column => column.replace(/ NOT NULL$/, ''))]),
  )
