import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatMoney, type Money, parseMoney } from '../../src/kernel/money.js'
import { moneyOfExpected, moneyOfFine } from '../../src/pnl/position.js'
import { eventOf, Ledger, type Wire } from '../pnl/ledger.js'
import { ENGINES } from '../support/engines.js'
import { install, type TestInstallation } from '../support/server.js'
import { chunksOf, realData } from './real-data.js'

interface Totals {
  readonly turnover: string
  readonly payouts: string
  readonly ggr: string
}
interface Football extends Totals {
  readonly bets: number
  readonly by_competition: readonly (Totals & {
    readonly competition: string
    readonly bets: number
    readonly expected_ggr_before_kickoff: string
  })[]
}
interface Slots extends Totals {
  readonly spins: number
  readonly rtp_percent: string
}
interface Bustabit extends Totals {
  readonly by_day: readonly (Totals & { readonly day: string; readonly bets: number })[]
}
interface Position extends Totals {
  readonly game: string
  readonly competition: string | null
  readonly bets: number
  readonly openBets: number
  readonly openStake: string
  readonly liability: string
  readonly expectedGgr: string
}
interface Bucket extends Totals {
  readonly bucketStart: string
  readonly bets: number
  readonly holdPercent: number | null
}

const football = realData<Football>('football')
const slots = realData<Slots>('slots')
const bustabit = realData<Bustabit>('bustabit')

const money = (text: string): Money => parseMoney(text) as Money
const exact = ({ turnover, payouts, ggr }: Totals) => ({
  turnover: money(turnover),
  payouts: money(payouts),
  ggr: money(ggr),
})
/** A ten-thousandth a bet. */
const NEAR = 1n
const BODY_EVENTS = 5_000

async function allPositions({ client }: TestInstallation): Promise<Position[]> {
  const positions: Position[] = []
  for (let after: string | null = null; ; ) {
    const { gamePnl }: { gamePnl: { nodes: Position[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await client.data(
        `query ($after: String) { gamePnl(first: 500, after: $after) { pageInfo { hasNextPage endCursor }
         nodes { game competition bets turnover payouts ggr openBets openStake liability expectedGgr } } }`,
        { after },
      )
    positions.push(...gamePnl.nodes)
    if (!gamePnl.pageInfo.hasNextPage) return positions
    after = gamePnl.pageInfo.endCursor
  }
}

const pnl = async ({ client }: TestInstallation, filter: string): Promise<Bucket[]> =>
  (
    await client.data<{ pnl: Bucket[] }>(
      `{ pnl(filter: { ${filter} }) { bucketStart bets turnover payouts ggr holdPercent } }`,
    )
  ).pnl

const send = async ({ client }: TestInstallation, lines: readonly string[]): Promise<void> => {
  for (const body of chunksOf(lines, BODY_EVENTS)) {
    expect(await client.send(body)).toMatchObject({ accepted: body.length, rejectedCount: 0 })
  }
}

const total = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
  items.reduce((sum, item) => sum + of(item), 0n)

describe.skipIf(football === null).each(ENGINES)('football, before and after kick-off, on $name', engine => {
  const { lines, expected } = football ?? { lines: [], expected: {} as Football }
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine, { OUTCOME_MODEL_EVERY_SECONDS: '0' })
  })
  afterAll(() => installation.close())

  test('all bets open: what is expected of each competition', async () => {
    await send(
      installation,
      lines.filter(line => (JSON.parse(line) as Wire).event_type === 'bet'),
    )
    const positions = await allPositions(installation)
    for (const { competition, bets, turnover, expected_ggr_before_kickoff } of expected.by_competition) {
      const theirs = positions.filter(position => position.competition === competition)
      expect(theirs.reduce((sum, { openBets }) => sum + openBets, 0)).toBe(bets)
      expect(total(theirs, ({ openStake }) => money(openStake))).toBe(money(turnover))
      const apart = total(theirs, ({ expectedGgr }) => money(expectedGgr)) - money(expected_ggr_before_kickoff)
      expect(apart < 0n ? -apart : apart).toBeLessThanOrEqual(NEAR * BigInt(bets))
    }
  })

  test('all settled: none is open, and turnover, payouts and GGR are those of the competitions', async () => {
    await send(
      installation,
      lines.filter(line => (JSON.parse(line) as Wire).event_type !== 'bet'),
    )
    const positions = await allPositions(installation)
    expect(positions.reduce((sum, { openBets }) => sum + openBets, 0)).toBe(0)
    expect(
      positions.filter(({ openStake, liability, expectedGgr }) => +openStake || +liability || +expectedGgr),
    ).toEqual([])
    expect({
      turnover: total(positions, position => money(position.turnover)),
      payouts: total(positions, position => money(position.payouts)),
      ggr: total(positions, position => money(position.ggr)),
    }).toEqual(exact(expected))
    for (const theirs of expected.by_competition) {
      const years = await pnl(
        installation,
        `competitions: ["${theirs.competition}"], from: "2003-01-01T00:00:00Z", to: "2016-01-01T00:00:00Z", grain: DAY, perGame: false`,
      )
      expect(years.reduce((sum, { bets }) => sum + bets, 0)).toBe(theirs.bets)
      expect({
        turnover: total(years, bucket => money(bucket.turnover)),
        payouts: total(years, bucket => money(bucket.payouts)),
        ggr: total(years, bucket => money(bucket.ggr)),
      }).toEqual(exact(theirs))
    }
  })
})

describe.skipIf(football === null).each(ENGINES)('football up to a date, on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test.each(['2003-08-16T15:00:00Z', '2004-02-07T12:00:00Z'])('%s: each game as counted bet by bet', async date => {
    const until = football!.lines.filter(line => (JSON.parse(line) as Wire).timestamp <= date)
    await installation.client.send(until)
    const ledger = new Ledger()
    for (const line of until) ledger.add(eventOf(JSON.parse(line) as Wire))
    const positions = await allPositions(installation)
    expect(positions).toHaveLength([...ledger.games.keys()].filter(game => game !== '').length)
    expect(positions.reduce((sum, { openBets }) => sum + openBets, 0)).toBeGreaterThan(0)
    for (const { game, ...position } of positions) {
      const only = (name: string) => name === game
      const { bets, turnover, payouts, openBets, openStake, liability } = ledger.total(only)
      expect(position, game).toMatchObject({
        bets,
        turnover: formatMoney(turnover),
        payouts: formatMoney(payouts),
        openBets,
        openStake: formatMoney(openStake),
        liability: formatMoney(moneyOfFine(liability)),
      })
      const apart = money(position.expectedGgr) - moneyOfExpected(ledger.expected(only))
      expect(apart < 0n ? -apart : apart, game).toBeLessThanOrEqual(NEAR)
    }
  })
})

describe.skipIf(slots === null || bustabit === null).each(ENGINES)('casino games on $name', engine => {
  let installation: TestInstallation
  beforeAll(async () => {
    installation = await install(engine)
  })
  afterAll(() => installation.close())

  test('slots: GGR and RTP', async () => {
    const { lines, expected } = slots!
    await send(installation, lines)
    const positions = await allPositions(installation)
    expect(positions.reduce((sum, { bets }) => sum + bets, 0)).toBe(expected.spins)
    const ggr = total(positions, position => money(position.ggr))
    expect(ggr).toBe(money(expected.ggr))
    const buckets = await pnl(
      installation,
      'gameTypes: ["slots"], from: "1970-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z", grain: DAY, perGame: false',
    )
    const turnover = total(buckets, bucket => money(bucket.turnover))
    expect(total(buckets, bucket => money(bucket.ggr))).toBe(ggr)
    expect((100 - (Number(ggr) / Number(turnover)) * 100).toFixed(2)).toBe(expected.rtp_percent)
  })

  test('bustabit: GGR by day', async () => {
    const { lines, expected } = bustabit!
    await send(installation, lines)
    const game = (JSON.parse(lines[0]!) as Wire).game
    const days = await pnl(
      installation,
      `games: ["${game}"], from: "2016-10-01T00:00:00Z", to: "2017-01-01T00:00:00Z", grain: DAY`,
    )
    expect(days.map(day => ({ day: day.bucketStart.slice(0, 10), bets: day.bets, ...exact(day) }))).toEqual(
      expected.by_day.map(day => ({ day: day.day, bets: day.bets, ...exact(day) })),
    )
    for (const { ggr, turnover, holdPercent } of days) {
      expect(holdPercent).toBeCloseTo((Number(ggr) / Number(turnover)) * 100, 9)
    }
  })
})
