import { expect, test } from 'vitest'
import { ENGINES, type TestDatabase } from '../support/engines.js'
import { install } from '../support/server.js'

interface Column {
  relation: string
  column: string
  type: string
  nullable: boolean
  collation: string | null
}

/** Everything that the project's SQL can name, without the pieces that either engine makes of a table. */
const columnsOf = (database: TestDatabase): Promise<Column[]> =>
  database.query<Column>(
    `SELECT c.relname AS relation, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable, o.collname AS collation
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_collation o ON o.oid = a.attcollation
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
     ORDER BY c.relname, a.attname`,
  )

const keysOf = (database: TestDatabase) =>
  database.query<{ key: string }>(
    `SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(o.oid) AS key
     FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND o.contype IN ('p', 'u', 'f')
     ORDER BY 1`,
  )

test.skipIf(ENGINES.length < 2)('both engines show the same relations, columns and keys', async () => {
  const [one, other] = await Promise.all(
    ENGINES.map(async engine => {
      const installation = await install(engine)
      try {
        return { columns: await columnsOf(installation.database), keys: await keysOf(installation.database) }
      } finally {
        await installation.close()
      }
    }),
  )
  expect(one!.columns.length).toBeGreaterThan(100)
  expect(other!.columns).toEqual(one!.columns)
  expect(other!.keys).toEqual(one!.keys)
})
