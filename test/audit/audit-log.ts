import { createHash } from 'node:crypto'
import type { TestDatabase } from '../support/engines.js'

/** As the table holds it: every value the text that PostgreSQL shows. */
export interface Row {
  id: string
  at: string
  actor: string
  action: string
  subject: string
  before: string | null
  after: string | null
  prev_hash: string
  hash: string
}

export const rowsOf = (database: TestDatabase): Promise<Row[]> =>
  database.query<Row>(
    `SELECT id::text, at::text, actor, action, subject, before::text, after::text, prev_hash, hash
     FROM audit_log ORDER BY audit_log.id`,
  )

/** The chain worked out from what src/audit/audit.ts says of it, without anything of ours. */
export function expectedHashes(rows: readonly Row[]): string[] {
  let previous = '0'.repeat(64)
  return rows.map(row => {
    const at = new Date(`${row.at.replace(' ', 'T').replace('+00', '')}Z`).toISOString()
    const sum = createHash('sha256')
    const parts = [previous, row.id, at, row.actor, row.action, row.subject, row.before ?? '', row.after ?? '']
    for (const [i, part] of parts.entries()) {
      if (i > 0) sum.update(Buffer.of(0))
      sum.update(Buffer.from(part, 'utf8'))
    }
    previous = sum.digest('hex')
    return previous
  })
}

/** The same in one statement, for whoever has nothing but the database. */
export const HASHES_IN_SQL = `SELECT id FROM audit_log WHERE hash <> encode(sha256(
  convert_to(prev_hash, 'UTF8') || '\\x00'::bytea || convert_to(id::text, 'UTF8') || '\\x00'::bytea
  || convert_to(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'UTF8') || '\\x00'::bytea
  || convert_to(actor, 'UTF8') || '\\x00'::bytea || convert_to(action, 'UTF8') || '\\x00'::bytea
  || convert_to(subject, 'UTF8') || '\\x00'::bytea || convert_to(coalesce(before::text, ''), 'UTF8')
  || '\\x00'::bytea || convert_to(coalesce(after::text, ''), 'UTF8')), 'hex')`

export interface ApiEntry {
  id: string
  at: string
  actor: string
  action: string
  subject: string
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  hash: string
}

export interface Page {
  auditLog: {
    nodes: ApiEntry[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
    totalCount: number
  }
}

export const LOG = `query ($subject: String, $actor: String, $first: Int, $after: String) {
  auditLog(subject: $subject, actor: $actor, first: $first, after: $after) {
    nodes { id at actor action subject before after hash } pageInfo { hasNextPage endCursor } totalCount
  } }`
