import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS, parseInstant } from '../../src/kernel/time.js'
import { lockShards, shardsOf } from '../../src/players/player-lock.js'
import { ForgetBets } from '../../src/pnl/bet-retention.job.js'
import { openDatabase } from '../../src/storage/database.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'

const START = parseInstant('2026-05-01T12:00:00Z')!

describe.each(ENGINES)('bets that were over for long on $name', engine => {
  let installation: TestInstallation
  let now = START
  beforeAll(async () => {
    installation = await install(engine, {}, () => now)
  })
  afterAll(() => installation.close())

  const event = (event_type: string, bet_id: string, amount: string, more: object = {}) => ({
    event_id: `${event_type}-${bet_id}-${JSON.stringify(more).length}-${amount}`,
    player_id: 'p1',
    event_type,
    bet_id,
    amount,
    timestamp: new Date(now).toISOString(),
    game: 'cup',
    ...more,
  })
  const placed = (betId: string) => event('bet', betId, '10', { odds: '2' })
  const won = (betId: string, amount = '20') => event('settlement', betId, amount, { result: 'won' })

  const forget = async (): Promise<number> => {
    const db = openDatabase({
      connectionString: installation.database.url,
      poolMax: 2,
      applicationName: 'forget-bets',
      statementTimeoutMs: 10_000,
      onError: () => undefined,
    })
    const lockPlayers = (session: Parameters<ConstructorParameters<typeof ForgetBets>[1]>[0], ids: readonly string[]) =>
      session.rows(lockShards(shardsOf(ids)))
    try {
      return await new ForgetBets(db, lockPlayers, 30 * DAY_MS, () => now).run()
    } finally {
      await db.close()
    }
  }
  const position = async () => {
    const [row] = await installation.database.query<{ turnover: string; payouts: string; open: number }>(
      `SELECT trim_scale(sum(turnover))::text AS turnover, trim_scale(sum(payouts))::text AS payouts, sum(open_bets)::int AS open
       FROM game_position WHERE game = 'cup'`,
    )
    return row
  }

  test('are forgotten 30 days after their last event; open ones and settlements that wait are kept', async () => {
    await installation.client.send([
      placed('over'),
      won('over'),
      placed('open'),
      won('waiting'),
      placed('cancelled'),
      event('rollback', 'cancelled', '0'),
      placed('corrected'),
      won('corrected'),
    ])
    expect(await forget()).toBe(0)
    now = START + 20 * DAY_MS
    await installation.client.send([won('corrected', '15')])
    now = START + 31 * DAY_MS
    expect(await forget()).toBe(2)
    const kept = await installation.database.query('SELECT bet_id FROM bet ORDER BY bet_id')
    expect(kept.map(row => (row as { bet_id: string }).bet_id)).toEqual(['corrected', 'open', 'waiting'])
    expect(await forget()).toBe(0)
  })

  test('are corrected no more: that one event is refused and kept, all others of its body count', async () => {
    const before = await position()
    expect(before).toEqual({ turnover: '30', payouts: '35', open: 1 })
    const answer = await installation.client.send([
      won('over', '12'),
      event('refund', 'over', '10'),
      event('rollback', 'over', '0'),
      won('open', '25'),
      placed('waiting'),
    ])
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, rejectedCount: 3 })
    expect(answer.rejected).toEqual([
      {
        index: 0,
        event_id: expect.stringContaining('settlement-over'),
        code: 'TOO_OLD',
        message: 'bet_id over names a bet that was over for so long that it is not kept any more',
      },
      expect.objectContaining({ index: 1, code: 'TOO_OLD' }),
      expect.objectContaining({ index: 2, code: 'TOO_OLD' }),
    ])
    expect(await position()).toEqual({ turnover: '40', payouts: '80', open: 0 })
    const first = { ...won('over'), timestamp: new Date(START).toISOString() }
    expect(await installation.client.send([first])).toMatchObject({ accepted: 0, duplicates: 1, rejectedCount: 0 })
    const kept = await installation.database.query("SELECT code FROM rejected_event WHERE code = 'TOO_OLD'")
    expect(kept).toHaveLength(3)
    const stored = await installation.database.query("SELECT FROM player_event WHERE bet_id = 'over'")
    expect(stored).toHaveLength(2)
  })

  test('do not stand in the way of settlements that come before their bet', async () => {
    expect(await installation.client.send([won('early', '30')])).toMatchObject({ accepted: 1, rejectedCount: 0 })
    expect(await installation.client.send([placed('early')])).toMatchObject({ accepted: 1, rejectedCount: 0 })
    expect(await position()).toEqual({ turnover: '50', payouts: '110', open: 0 })
  })

  test('a correction in the same body as its bet is no correction of a forgotten one', async () => {
    expect(await installation.client.send([won('fresh', '1'), placed('fresh')])).toMatchObject({ rejectedCount: 0 })
    expect(await position()).toEqual({ turnover: '60', payouts: '111', open: 0 })
  })
})
