import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { fight, NOON, save, triggeredBy, type WireFight } from './campaigns.js'

const MINUTE_MS = 60_000

const PANE_MS = 5 * MINUTE_MS

describe.each(ENGINES)('event.player around the horizon on $name', engine => {
  const hasHorizon = engine.name === 'timescaledb'
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { HORIZON_QUIET_SECONDS: '0', INGEST_LANES: '1' })
  })
  afterAll(() => installation.close())

  const moveHorizon = async (): Promise<number> => {
    await installation.node.engine.upkeep.find(upkeep => upkeep.name === 'horizon')!.run()
    const [row] = await installation.database.query<{ at: Date }>('SELECT pane_start AS at FROM horizon')
    return row!.at.getTime()
  }
  const sent: WireFight[] = []
  const send = (stream: string, events: WireFight[]) => {
    sent.push(...events)
    return installation.client.send(events, `/events?stream=${stream}`)
  }
  const bet = (minutes: number, amount: number) =>
    fight({ at: NOON + minutes * MINUTE_MS, amount, event_type: 'bet', event_name: 'bet' })

  /** The panes of an hour, the one of this time being the last. */
  const hourOf = (at: number) => {
    const end = Math.floor(at / PANE_MS) * PANE_MS + PANE_MS
    const events = sent.map(event => ({ ...event, at: Date.parse(event.timestamp) }))
    const ofHour = events.filter(event => event.at >= end - 60 * MINUTE_MS && event.at < end)
    return { count: ofHour.length, turnover: ofHour.reduce((sum, event) => sum + (event.amount ?? 0), 0) }
  }

  test.skipIf(!hasHorizon)('is the same where the panes are gone, where they are not, and across', async () => {
    const { client } = installation
    await client.data('mutation { saveVipPolicy(input: { id: "h", name: "h", threshold: "500" }) { version } }')
    await send('main', [bet(0, 1), bet(70, 10), bet(110, 600), bet(119, 0.25), bet(120, 40), bet(125, 50)])
    expect(await moveHorizon()).toBe(NOON + 125 * MINUTE_MS)
    await send('main', [bet(130, 0.5)])
    // What came below the horizon since is in no aggregate yet.
    await send('late', [bet(69, 5), bet(115, 2)])
    const turnovers = []
    for (const minutes of [4, 54, 60, 114, 119, 124, 129, 130, 174, 175, 190]) {
      const at = NOON + minutes * MINUTE_MS
      const { turnover, count } = hourOf(at)
      const isVip = minutes >= 60 && minutes < 150
      const id = `at-${minutes}`
      const facts = `p.turnover1h === ${turnover} && p.eventCount1h === ${count} && p.isVip === ${isVip}`
      await save(client, { id, eventName: id, filter: `({ player: p }) => ${facts}` })
      await send(id, [{ ...fight({ at }), event_name: id, event_id: id }])
      expect([facts, await triggeredBy(client, id)]).toEqual([facts, [id]])
      turnovers.push(turnover)
    }
    expect(turnovers).toEqual([1, 1, 0, 615, 617.25, 657.25, 702.25, 692.75, 92.75, 90.5, 0])
  })
})
