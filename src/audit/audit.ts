import { createHash } from 'node:crypto'

/** One change, as whoever made it tells of it. Never a secret, a seed or a key in it. */
export interface AuditDraft {
  /** The token's sub, or 'system'. */
  readonly actor: string
  /** The mutation's name, or that of what the system did by itself. */
  readonly action: string
  /** What it was done to, e.g. campaign:4711. */
  readonly subject: string
  /** Plain JSON in the words of the API; null where there was nothing before. */
  readonly before: unknown
  /** Null where there is nothing afterwards. */
  readonly after: unknown
}

/** A transaction of the storage, which a pure file does not name. */
export interface AuditSession {
  rows<Row>(statement: string, values?: readonly unknown[]): Promise<Row[]>
}

/** What use cases that change something are given. */
export interface Audit {
  /**
   * In the transaction of the change, as the last thing before its commit: the chain's head is locked from here on, and
   * everybody's changes wait for it.
   */
  record(session: AuditSession, drafts: readonly AuditDraft[]): Promise<void>
}

/** An entry as it is stored. `at`, `before` and `after` are the texts that were hashed. */
export interface AuditEntry {
  readonly id: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly before: string | null
  readonly after: string | null
  readonly prevHash: string
  readonly hash: string
}

/** Where the chain ends: the id and the hash of its last entry. */
export type AuditHead = Pick<AuditEntry, 'id' | 'hash'>

/** Before the first entry. */
export const GENESIS: AuditHead = { id: 0, hash: '0'.repeat(64) }

/**
 * The hash of an entry: SHA-256, in lowercase hex, of the UTF-8 bytes of eight texts with a NUL (U+0000) between each and
 * the next, in this order:
 *
 *   prevHash NUL id NUL at NUL actor NUL action NUL subject NUL before NUL after
 *
 * prevHash is the hash of the entry before, of the first one 64 zeros; id is decimal; at is UTC as
 * 2026-11-20T14:30:00.000Z; before and after are the JSON texts as the columns hold them, empty where they are null. No
 * text holds a NUL (PostgreSQL stores none), so no two entries have the same bytes. With every hash covering the one
 * before it, the last one vouches for all.
 */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  const { prevHash, id, at, actor, action, subject, before, after } = entry
  const texts = [prevHash, String(id), at, actor, action, subject, before ?? '', after ?? '']
  return createHash('sha256').update(texts.join('\0'), 'utf8').digest('hex')
}

const jsonOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value)

/** The entries that these changes make behind the head. */
export function chain(head: AuditHead, drafts: readonly AuditDraft[], at: string): AuditEntry[] {
  let last = head
  return drafts.map(({ actor, action, subject, before, after }) => {
    const texts = { before: jsonOrNull(before), after: jsonOrNull(after) }
    const entry = { id: last.id + 1, at, actor, action, subject, ...texts, prevHash: last.hash }
    const hashed = { ...entry, hash: hashOf(entry) }
    last = hashed
    return hashed
  })
}

/** What is wrong with the entry that comes behind `last`; null where nothing is. */
export function faultOfEntry(last: AuditHead, entry: AuditEntry): string | null {
  const { id, prevHash, hash } = entry
  if (id < 1) return `entry ${id} is too many: ids begin with 1`
  if (id !== last.id + 1) return `entry ${last.id + 1} is missing: the next one is entry ${id}`
  if (prevHash !== last.hash) {
    return `entry ${id} is broken: its prev_hash is ${prevHash}, and the hash of the entry before is ${last.hash}`
  }
  const computed = hashOf(entry)
  return hash === computed ? null : `entry ${id} is broken: its hash is ${hash}, and what it holds gives ${computed}`
}

/** What is wrong between the last entry and the head; null where nothing is. */
export function faultOfHead(last: AuditHead, head: AuditHead | null): string | null {
  if (head === null) return 'the head is missing'
  if (head.id > last.id) return `entry ${last.id + 1} is missing: the head says that there are ${head.id}`
  if (head.id < last.id) return `entry ${head.id + 1} is too many: the head says that there are ${head.id}`
  return head.hash === last.hash
    ? null
    : `the head is broken: it says ${head.hash}, and entry ${last.id} has ${last.hash}`
}
