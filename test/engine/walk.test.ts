import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Collected } from '../support/client.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

interface Entry {
  playerId: string
  amount: string
  crossingEventId: string
}

describe.each(ENGINES)('a bet becomes a VIP entry on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('from POST /events to a graphql-ws subscriber', async () => {
    const { client } = installation
    await client.data('mutation { saveVipPolicy(input: { id: "vip", name: "VIP", threshold: "1000" }) { version } }')
    const { feedCursor } = await client.data<{ feedCursor: string }>('{ feedCursor }')
    const entries = new Collected<Entry>(
      client.socket(),
      'subscription ($after: String) { vipEntered(after: $after) { playerId amount crossingEventId } }',
      { after: feedCursor },
    )
    const bet = { player_id: 'p1', event_type: 'bet', timestamp: '2026-01-01T12:40:00Z', game_type: 'slots' }
    await client.send([
      { ...bet, event_id: 'a', amount: '1000' },
      { ...bet, event_id: 'b', amount: 0.01 },
    ])
    expect(await entries.until(items => items.length === 2)).toEqual([
      { playerId: 'p1', amount: '1000.01', crossingEventId: 'b' },
      { playerId: 'p1', amount: '1000.01', crossingEventId: 'b' },
    ])
    await entries.close()
    const { streamHealth } = await client.data<{ streamHealth: { engine: string } }>('{ streamHealth { engine } }')
    expect(streamHealth.engine).toBe(engine.name)
  })
})
