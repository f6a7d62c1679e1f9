import { createHash } from 'node:crypto'

/**
 * The id of an event that came without one, under an Idempotency-Key: the same key of the same sender, stream and place
 * gives the same id, so a resent body counts once.
 */
export function idFromKey(key: string, sub: string, stream: string): (index: number) => string {
  const base = createHash('sha256')
    .update(JSON.stringify([key, sub, stream]))
    .digest()
  return index => {
    const hex = createHash('sha256').update(base).update(String(index)).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
  }
}
