import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatInstant } from '../../src/kernel/time.js'
import { ENGINES } from '../support/engines.js'
import { install, startNode, type TestInstallation, type TestNode } from '../support/server.js'
import {
  backfilled,
  createDraw,
  grantTickets,
  milestonesOf,
  optIn,
  readDraw,
  updateDraw,
  wallet,
} from './draw-world.js'

const MINUTE = 60_000

describe.each(ENGINES)('opt-ins and grants, on $name', engine => {
  let installation: TestInstallation
  let other: TestNode
  beforeAll(async () => {
    installation = await install(engine)
    other = await startNode(installation.database.url)
  })
  afterAll(async () => {
    await other.stop()
    await installation.close()
  })

  let made = 0
  /** The game keeps it out of the other tests' draws. */
  const bet = (game: string, player: string, amount: string, at = Date.now()) => ({
    game,
    event_id: `e${made++}`,
    player_id: player,
    event_type: 'bet',
    amount,
    timestamp: formatInstant(at),
  })
  const open = async (id: string, rules: Record<string, unknown> = {}) => {
    const now = Date.now()
    const times = { opensAt: formatInstant(now - MINUTE), drawsAt: formatInstant(now + 60 * MINUTE) }
    await createDraw(installation.client, { id, game: id, ...times, stakePerTicket: '10', ...rules })
    return backfilled(installation.client, id)
  }
  const suppress = (playerId: string) =>
    installation.client.data('mutation ($p: ID!) { suppressPlayer(playerId: $p, reason: "asked") { id } }', {
      p: playerId,
    })

  it('count a stake from the opt-in on, on whatever node it was given', async () => {
    const { client } = installation
    await open('opt-in', { optInRequired: true })
    await client.send([bet('opt-in', 'anna', '100')])
    expect(await wallet(client, 'opt-in', 'anna')).toMatchObject({ optedIn: false, tickets: 0, stakeTotal: '0.00' })
    expect(await optIn(other.client, 'opt-in', 'anna')).toMatchObject({ optedIn: true, tickets: 0 })
    await client.send([
      bet('opt-in', 'anna', '25', Date.now() + 1_000),
      bet('opt-in', 'anna', '100', Date.now() - MINUTE),
    ])
    const expected = { tickets: 2, stakeTotal: '25.00', distanceToNextTicket: '5.00' }
    expect(await wallet(client, 'opt-in', 'anna')).toMatchObject(expected)
    expect(await optIn(client, 'opt-in', 'anna')).toMatchObject(expected)
  })

  it('count what is stored already, and lies behind the opt-in all the same', async () => {
    const { client } = installation
    await open('ahead', { optInRequired: true })
    await client.send([bet('ahead', 'bert', '40', Date.now() + 2 * MINUTE)])
    expect(await optIn(client, 'ahead', 'bert')).toMatchObject({ tickets: 4, lastMilestone: 1 })
    expect(await milestonesOf(installation.node.db, 'ahead')).toEqual([{ player_id: 'bert', milestone: 1 }])
  })

  it('grant once for each key, over two nodes at once, and refuse the key for anything else', async () => {
    const { client } = installation
    await open('grants', { maxTicketsPerPlayer: 20 })
    const grant = { drawId: 'grants', playerId: 'carl', tickets: 7, source: 'welcome', idempotencyKey: 'k1' }
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => grantTickets(n % 2 === 0 ? client : other.client, grant)),
    )
    for (const seen of all) expect(seen.tickets).toBe(7)
    for (const change of [{ tickets: 8 }, { playerId: 'dora' }, { source: 'other' }]) {
      await expect(grantTickets(client, { ...grant, ...change })).rejects.toThrow(/CONFLICT/)
    }
    await client.send([bet('grants', 'carl', '35')])
    expect(await wallet(other.client, 'grants', 'carl')).toMatchObject({ tickets: 10, lastMilestone: 10 })
    expect((await grantTickets(client, { ...grant, tickets: 1_000_000, idempotencyKey: 'k2' })).tickets).toBe(20)
    expect(await readDraw(client, 'grants')).toMatchObject({ ticketsTotal: 20, playersTotal: 1 })
    expect((await milestonesOf(installation.node.db, 'grants')).map(m => m.milestone)).toEqual([1, 10])
  })

  it.each([
    [{ tickets: 0 }, /tickets must be from 1 to 1000000, got 0/],
    [{ tickets: 1_000_001 }, /tickets must be from 1 to 1000000/],
    [{ source: ' ' }, /source must have 1 to 200 characters/],
    [{ idempotencyKey: '' }, /idempotencyKey must have 1 to 200 characters/],
    [{ playerId: '' }, /playerId/],
    [{ drawId: 'nowhere' }, /NOT_FOUND/],
  ])('refuse %o', async (change, problem) => {
    const grant = { drawId: 'grants', playerId: 'emil', tickets: 1, source: 's', idempotencyKey: 'bad' }
    await expect(grantTickets(installation.client, { ...grant, ...change })).rejects.toThrow(problem)
    expect(await installation.node.db.rows("SELECT FROM ticket_grant WHERE idempotency_key = 'bad'")).toEqual([])
  })

  it('tell a suppressed player nothing, and take no opt-in of its', async () => {
    const { client, node } = installation
    await open('left-alone', { milestones: [1, 2] })
    await suppress('fred')
    await expect(optIn(client, 'left-alone', 'fred')).rejects.toThrow(/FORBIDDEN.*|the player is suppressed/)
    await client.send([bet('left-alone', 'fred', '10'), bet('left-alone', 'gina', '10')])
    await grantTickets(client, {
      drawId: 'left-alone',
      playerId: 'fred',
      tickets: 1,
      source: 's',
      idempotencyKey: 'fred',
    })
    expect(await milestonesOf(node.db, 'left-alone')).toEqual([{ player_id: 'gina', milestone: 1 }])
  })

  it('stay with a draw that is changed before it opens, and its stakes are counted anew', async () => {
    const { client } = installation
    const opensAt = Date.now() + MINUTE
    const input = {
      id: 'later',
      game: 'later',
      opensAt: formatInstant(opensAt),
      drawsAt: formatInstant(opensAt + MINUTE),
      stakePerTicket: '10',
    }
    await createDraw(client, input)
    await backfilled(client, 'later')
    await grantTickets(client, { drawId: 'later', playerId: 'hugo', tickets: 2, source: 's', idempotencyKey: 'hugo' })
    await client.send([bet('later', 'hugo', '30', opensAt + 1_000), bet('later', 'ida', '30', opensAt + 1_000)])
    expect(await wallet(client, 'later', 'hugo')).toMatchObject({ tickets: 5, stakeTotal: '30.00' })
    await updateDraw(other.client, { ...input, stakePerTicket: '20' })
    await backfilled(client, 'later')
    await client.send([bet('later', 'hugo', '10', opensAt + 2_000)])
    expect(await wallet(client, 'later', 'hugo')).toMatchObject({ tickets: 4, stakeTotal: '40.00' })
    expect(await readDraw(client, 'later')).toMatchObject({ ticketsTotal: 5, playersTotal: 2 })
    expect(await milestonesOf(installation.node.db, 'later')).toEqual([
      { player_id: 'hugo', milestone: 1 },
      { player_id: 'ida', milestone: 1 },
    ])
  })

  it('stay with a draw that is changed: what is staked behind an opt-in counts, and its milestones are told once', async () => {
    const { client, node } = installation
    const opensAt = Date.now() + MINUTE
    const input = { id: 'changed', game: 'changed', stakePerTicket: '10', optInRequired: true, maxTicketsPerPlayer: 5 }
    const times = { opensAt: formatInstant(opensAt), drawsAt: formatInstant(opensAt + 60 * MINUTE) }
    await createDraw(client, { ...input, ...times, milestones: [1, 10] })
    await backfilled(client, 'changed')
    await optIn(client, 'changed', 'kim')
    await grantTickets(client, { drawId: 'changed', playerId: 'lea', tickets: 12, source: 's', idempotencyKey: 'lea' })
    await client.send([bet('changed', 'kim', '30', opensAt + 1_000)])
    expect(await wallet(client, 'changed', 'kim')).toMatchObject({ tickets: 3 })
    expect(await readDraw(client, 'changed')).toMatchObject({ ticketsTotal: 8, playersTotal: 2 })
    const opened = { ...times, opensAt: formatInstant(Date.now() - MINUTE), maxTicketsPerPlayer: 100 }
    await updateDraw(other.client, { ...input, ...opened, milestones: [1, 2, 10] })
    await backfilled(client, 'changed')
    await client.send([bet('changed', 'kim', '7')])
    expect(await wallet(client, 'changed', 'kim')).toMatchObject({ tickets: 3, stakeTotal: '37.00' })
    expect(await wallet(client, 'changed', 'lea')).toMatchObject({ tickets: 12, lastMilestone: 10 })
    expect(await readDraw(client, 'changed')).toMatchObject({ ticketsTotal: 15, playersTotal: 2 })
    expect((await milestonesOf(node.db, 'changed')).map(m => `${m.player_id} ${m.milestone}`)).toEqual([
      'kim 1',
      'kim 2',
      'lea 1',
      'lea 2',
      'lea 10',
    ])
  })

  it('stay as they were in a draw that is cancelled, whatever is staked in others', async () => {
    const { client } = installation
    await open('cancelled')
    await open('beside', { game: 'cancelled' })
    await client.send([bet('cancelled', 'mia', '55')])
    await client.data('mutation { cancelDraw(id: "cancelled", reason: "a mistake") { status } }')
    await client.send([bet('cancelled', 'mia', '5')])
    expect(await wallet(client, 'beside', 'mia')).toMatchObject({ tickets: 6 })
    for (const until = Date.now() + 10_000; ; ) {
      expect(await wallet(client, 'cancelled', 'mia')).toMatchObject({ tickets: 5, stakeTotal: '55.00' })
      const [draw] = await installation.node.db.rows<{ settled: boolean }>(
        "SELECT settled FROM draw WHERE id = 'cancelled'",
      )
      if (draw!.settled) break
      if (Date.now() > until) throw new Error('it was never settled')
    }
    await client.send([bet('cancelled', 'mia', '5')])
    expect(await wallet(client, 'cancelled', 'mia')).toMatchObject({ tickets: 5, stakeTotal: '55.00' })
  })

  it('are refused once the draw is over', async () => {
    const { client } = installation
    await open('over')
    await client.data('mutation { cancelDraw(id: "over", reason: "a mistake") { status } }')
    const grant = { drawId: 'over', playerId: 'jan', tickets: 1, source: 's', idempotencyKey: 'late' }
    await expect(grantTickets(client, grant)).rejects.toThrow(/is CANCELLED: it takes no more tickets/)
    await expect(optIn(client, 'over', 'jan')).rejects.toThrow(/is CANCELLED: it takes no more tickets/)
    await client.send([bet('over', 'jan', '50')])
    expect(await wallet(client, 'over', 'jan')).toMatchObject({ tickets: 0 })
  })
})
