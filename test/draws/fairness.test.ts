import { expect, test } from 'vitest'
import { type Award, awardOf, makeDraw } from '../../src/draws/make-draw.js'
import { drawRules, entriesWith, gathered, seedOf } from './drawn.js'

const DRAWS = 100_000
const TICKETS = [1, 2, 3, 4]
const TOTAL = 10
const entries = entriesWith(TICKETS)
const indexOf = new Map(entries.map(({ entryId }, index) => [entryId, index]))

/**
 * What chi-square exceeds in one fair experiment of a million, by its degrees of freedom. The seeds are fixed, so this
 * passes always or never; entries with one ticket more than they should have give a chi-square above 2,000.
 */
const CHI_SQUARE_MAX: Readonly<Record<number, number>> = { 3: 30.66, 9: 44.81, 11: 48.87 }

function expectShares(counts: readonly number[], shares: readonly number[]): void {
  const chiSquare = counts.reduce(
    (sum, count, at) => sum + (count - DRAWS * shares[at]!) ** 2 / (DRAWS * shares[at]!),
    0,
  )
  expect(counts.reduce((sum, count) => sum + count)).toBe(DRAWS)
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1)
  expect(chiSquare).toBeLessThan(CHI_SQUARE_MAX[counts.length - 1]!)
}

/** So many draws of the same entries, each with a seed of its own. */
function simulate(quantity: number, winsPerPlayer: number, onDraw: (prizes: Award[]) => void): void {
  const rules = drawRules([quantity], winsPerPlayer, false)
  const held = gathered(entries)
  for (let n = 0; n < DRAWS; n++) {
    const [awards] = makeDraw(rules, held, { seed: seedOf(n), entropy: '' })
    onDraw(awards!.filter(({ outcome }) => outcome === 'PRIZE').map(award => awardOf(held, award)))
  }
}

test('one prize goes to players as they have tickets, and to each ticket alike', () => {
  const wins = TICKETS.map(() => 0)
  const winsOfTickets = Array<number>(TOTAL).fill(0)
  const before = TICKETS.map((_, at) => TICKETS.slice(0, at).reduce((sum, count) => sum + count, 0))
  simulate(1, 1, ([prize]) => {
    const index = indexOf.get(prize!.entryId)!
    wins[index]!++
    winsOfTickets[before[index]! + prize!.ticket.number - 1]!++
  })
  const shares = TICKETS.map(tickets => tickets / TOTAL)
  expectShares(wins, shares)
  expectShares(
    winsOfTickets,
    winsOfTickets.map(() => 1 / TOTAL),
  )
})

test('each of three prizes goes to players as they have tickets, where a player may win them all', () => {
  const wins = [0, 1, 2].map(() => TICKETS.map(() => 0))
  simulate(3, 3, prizes => {
    prizes.forEach(({ entryId }, rank) => {
      wins[rank]![indexOf.get(entryId)!]!++
    })
  })
  const shares = TICKETS.map(tickets => tickets / TOTAL)
  for (const winsOfPrize of wins) expectShares(winsOfPrize, shares)
})

test('of two prizes the second goes to the others as they have tickets, where a player wins once', () => {
  const pairs = TICKETS.flatMap((_, first) => TICKETS.map((_, second) => ({ first, second }))).filter(
    ({ first, second }) => first !== second,
  )
  const wins = pairs.map(() => 0)
  simulate(2, 1, ([one, two]) => {
    const [first, second] = [indexOf.get(one!.entryId), indexOf.get(two!.entryId)]
    wins[pairs.findIndex(pair => pair.first === first && pair.second === second)]!++
  })
  const shares = pairs.map(
    ({ first, second }) => (TICKETS[first]! / TOTAL) * (TICKETS[second]! / (TOTAL - TICKETS[first]!)),
  )
  expectShares(wins, shares)
})
