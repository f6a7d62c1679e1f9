import { describe, expect, it } from 'vitest'
import { ENGINES } from '../support/engines.js'
import { install, startNode } from '../support/server.js'

describe.each(ENGINES)('nodes of one database, on $name', engine => {
  it('start with the same DRAW_KEY alone', async () => {
    const installation = await install(engine)
    try {
      const other = startNode(installation.database.url, { DRAW_KEY: '11'.repeat(32) })
      await expect(other).rejects.toThrow(/^DRAW_KEY differs from the one that the seeds of this database/)
      const same = await startNode(installation.database.url)
      await same.stop()
      const kept = await installation.database.query<{ fingerprint: string }>('SELECT fingerprint FROM draw_key')
      expect(kept).toEqual([{ fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) }])
    } finally {
      await installation.close()
    }
  })
})
