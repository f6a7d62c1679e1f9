import { describe, expect, it } from 'vitest'
import { GAMES, play } from '../../src/simulate/game.js'
import { Random } from '../../src/simulate/random.js'

const ROUNDS = 400_000

describe.each(GAMES)('$game', game => {
  it('has outcomes that give its return to player', () => {
    const sum = (of: (outcome: (typeof game.outcomes)[number]) => number) =>
      game.outcomes.reduce((total, outcome) => total + of(outcome), 0)
    expect(sum(({ probability }) => probability)).toBeLessThan(1)
    expect(sum(({ probability, multiple }) => probability * multiple)).toBeCloseTo(game.rtp, 3)
    expect(game.rtp).toBeGreaterThan(0.9)
    expect(game.rtp).toBeLessThan(1)
  })

  it('pays that in many rounds, within four standard errors', () => {
    const random = new Random(game.game)
    let paid = 0
    for (let round = 0; round < ROUNDS; round++) paid += play(game, random)
    const square = game.outcomes.reduce((total, { multiple, probability }) => total + multiple ** 2 * probability, 0)
    const standardError = Math.sqrt((square - game.rtp ** 2) / ROUNDS)
    expect(Math.abs(paid / ROUNDS - game.rtp)).toBeLessThan(4 * standardError)
  })
})
