import type { Queryable } from '../storage/database.js'
import type { SecretBox } from './draw-key.js'

/** The first node of a database settles it. Throws where this one has another key. */
export async function checkDrawKey(db: Queryable, box: SecretBox): Promise<void> {
  await db.rows('/* settleDrawKey */ INSERT INTO draw_key (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING', [
    box.fingerprint,
  ])
  const [settled] = await db.rows<{ fingerprint: string }>('/* readDrawKey */ SELECT fingerprint FROM draw_key')
  if (settled!.fingerprint === box.fingerprint) return
  throw new Error(
    'DRAW_KEY differs from the one that the seeds of this database are sealed with: all nodes need the same',
  )
}
