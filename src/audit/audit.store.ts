import type { Queryable } from '../storage/database.js'
import { numberArray, textArray } from '../storage/sql-text.js'
import type { AuditEntry, AuditHead } from './audit.js'
import type { AuditRow } from './audit.table.js'

const COLUMNS = `id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, actor, action, subject,
  before::text AS before, after::text AS after, prev_hash, hash`

const entryOf = ({ prev_hash, ...row }: AuditRow): AuditEntry => ({ ...row, prevHash: prev_hash })

/** Until the transaction ends nobody else adds an entry. */
export async function lockHead(session: Queryable): Promise<AuditHead> {
  const [head] = await session.rows<AuditHead>('/* lockAuditHead */ SELECT id, hash FROM audit_head FOR UPDATE')
  if (head === undefined) throw new Error('audit_head has lost its row: see npm run audit')
  return head
}

/** One to a line: JSON.stringify makes no line breaks, and quoting so much text in an array literal is slow. */
const jsonLines = (texts: readonly (string | null)[]): string => texts.map(text => text ?? '').join('\n')
const linesOf = (parameter: string): string => `string_to_array(${parameter}, E'\\n', '')`

/** Behind the head, which is locked, and moves on to the last of them. */
export async function appendEntries(session: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  const last = entries.at(-1)
  if (last === undefined) return
  await session.rows(
    `/* appendAuditEntries */
     WITH head AS (UPDATE audit_head SET id = $10, hash = $11)
     INSERT INTO audit_log (id, at, actor, action, subject, before, after, prev_hash, hash)
     SELECT d.id, d.at, d.actor, d.action, d.subject, d.before::json, d.after::json, d.prev_hash, d.hash
     FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], ${linesOf('$6')},
       ${linesOf('$7')}, $8::text[], $9::text[]) AS d(id, at, actor, action, subject, before, after, prev_hash, hash)`,
    [
      numberArray(entries.map(e => e.id)),
      textArray(entries.map(e => e.at)),
      textArray(entries.map(e => e.actor)),
      textArray(entries.map(e => e.action)),
      textArray(entries.map(e => e.subject)),
      jsonLines(entries.map(e => e.before)),
      jsonLines(entries.map(e => e.after)),
      textArray(entries.map(e => e.prevHash)),
      textArray(entries.map(e => e.hash)),
      last.id,
      last.hash,
    ],
  )
}

export interface AuditFilter {
  readonly subject: string | null
  readonly actor: string | null
}

const MATCHES = '($1::text IS NULL OR subject = $1) AND ($2::text IS NULL OR actor = $2)'

/** Newest first, `limit` of those before an id. */
export async function listEntries(
  db: Queryable,
  { subject, actor }: AuditFilter,
  beforeId: number | null,
  limit: number,
): Promise<AuditEntry[]> {
  const rows = await db.rows<AuditRow>(
    `/* listAuditEntries */
     SELECT ${COLUMNS} FROM audit_log WHERE ${MATCHES} AND ($3::bigint IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`,
    [subject, actor, beforeId, limit],
  )
  return rows.map(entryOf)
}

export async function countEntries(db: Queryable, { subject, actor }: AuditFilter): Promise<number> {
  const [row] = await db.rows<{ entries: number }>(
    `/* countAuditEntries */ SELECT count(*) AS entries FROM audit_log WHERE ${MATCHES}`,
    [subject, actor],
  )
  return row!.entries
}

/** Opens a transaction in which everything is read as of one moment, whatever is added meanwhile. */
export const readOfOneMoment = (session: Queryable): Promise<unknown> =>
  session.rows('/* readOfOneMoment */ SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')

export async function readHead(db: Queryable): Promise<AuditHead | null> {
  const [head] = await db.rows<AuditHead>('/* readAuditHead */ SELECT id, hash FROM audit_head')
  return head ?? null
}

/** Oldest first, `limit` of those behind an id; null: from the very first, whatever its id. */
export async function entriesBehind(db: Queryable, id: number | null, limit: number): Promise<AuditEntry[]> {
  const rows = await db.rows<AuditRow>(
    `/* auditEntriesBehind */
     SELECT ${COLUMNS} FROM audit_log WHERE $1::bigint IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [id, limit],
  )
  return rows.map(entryOf)
}

export async function hasAuditLog(db: Queryable): Promise<boolean> {
  const [row] = await db.rows<{ has: boolean }>("/* hasAuditLog */ SELECT to_regclass('audit_log') IS NOT NULL AS has")
  return row!.has
}
