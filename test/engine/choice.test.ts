import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES, makeDatabase, type TestDatabase } from '../support/engines.js'
import { startNode } from '../support/server.js'

describe.each(ENGINES)('the choice of the engine on $name', engine => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await makeDatabase(engine)
  })
  afterEach(() => database.drop())

  const chosen = async () => {
    const node = await startNode(database.url)
    try {
      const healthz = (await (await fetch(`${node.url}/healthz`)).json()) as { engine: string }
      const { streamHealth } = await node.client.data<{ streamHealth: { engine: string } }>(
        '{ streamHealth { engine } }',
      )
      const bet = { player_id: 'p', event_type: 'bet', amount: 1, timestamp: '2024-01-01T00:00:00Z' }
      expect(await node.client.send([bet])).toMatchObject({ accepted: 1 })
      return { healthz: healthz.engine, streamHealth: streamHealth.engine, description: node.engine.description }
    } finally {
      await node.stop()
    }
  }

  test('it is told by /healthz and streamHealth, and described for the log', async () => {
    const description =
      engine.name === 'timescaledb'
        ? expect.stringMatching(/^TimescaleDB [\d.]+ Community on PostgreSQL [\d.]+$/)
        : expect.stringMatching(/^PostgreSQL [\d.]+ \(the server has no TimescaleDB\)$/)
    expect(await chosen()).toEqual({ healthz: engine.name, streamHealth: engine.name, description })
  })
})
