import { CANDIDATES_MAX, type Candidates } from './candidates.js'
import type { DrawRules, Prize } from './draw.js'
import type { DrawEntries } from './draw-entries.js'
import { drawnTickets } from './drawn-tickets.js'
import { type PublicTicket, publicTicket, type Ticket, TicketValues } from './ticket-value.js'

export type AwardOutcome = 'PRIZE' | 'DEFAULT' | 'NO_PRIZE'

export interface Award {
  readonly position: number
  readonly entryId: string
  readonly ticket: PublicTicket
  readonly outcome: AwardOutcome
  /** Null without one. */
  readonly prize: Prize | null
}

/** As it is computed, without texts: there may be millions. */
export interface DrawnAward {
  readonly position: number
  /** The index of its entry. */
  readonly entry: number
  readonly ticket: Ticket
  readonly outcome: AwardOutcome
  readonly prize: Prize | null
}

/** As everybody sees it. */
export const awardOf = (entries: DrawEntries, { entry, ticket, ...award }: DrawnAward): Award => ({
  ...award,
  entryId: entries.idAt(entry),
  ticket: publicTicket(ticket),
})

export type DrawnRules = Pick<DrawRules, 'id' | 'winsPerPlayer' | 'prizes' | 'defaultPrize'>

/** What the outcome is computed from, besides the rules and the entries. */
export interface Chance {
  readonly seed: Uint8Array
  /** Empty where there is none. */
  readonly entropy: string
}

export interface DrawPace {
  /** Awards with a higher position only: for a draw that goes on where it was interrupted. */
  readonly after: number
  readonly awardsAChunk: number
  /** An empty chunk comes after so many tickets: a moment for others. */
  readonly ticketsAStep: number
  /** Held in memory at a time, 32 bytes each, of those that are drawn. */
  readonly ticketsHeldMax: number
}

export const DRAW_PACE: DrawPace = {
  after: 0,
  awardsAChunk: 1_000,
  ticketsAStep: 20_000,
  ticketsHeldMax: CANDIDATES_MAX,
}

/**
 * The awards of a draw, by position, in chunks; the same ones whenever it is computed.
 *
 * Each entry's `winsPerPlayer` highest tickets are drawn, from the highest value down, ties by entryId, then by number;
 * a ticket's position is its rank among all of them, from 1. As long as there are prizes each of them wins the next one:
 * an entry has no more tickets here than it can win prizes. Then the first ticket of each entry without a prize (its
 * best) gets the entry's one answer, and other tickets are passed over, so positions of answers can have gaps.
 */
export function* makeDraw(
  rules: DrawnRules,
  entries: DrawEntries,
  chance: Chance,
  pace: Partial<DrawPace> = {},
): Generator<readonly DrawnAward[]> {
  const { after, awardsAChunk, ticketsAStep, ticketsHeldMax } = { ...DRAW_PACE, ...pace }
  const values = new TicketValues(chance.seed, rules.id, chance.entropy)
  const judge = new Judge(rules, entries.size)
  let chunk: DrawnAward[] = []
  for (const candidates of drawnTickets(values, entries, rules.winsPerPlayer, ticketsAStep, ticketsHeldMax)) {
    if (candidates === null) {
      yield []
      continue
    }
    for (const places of candidates.ranked()) {
      if (places === null) {
        yield []
        continue
      }
      for (const place of places) {
        const award = judge.next(candidates, place)
        if (award === null || award.position <= after) continue
        chunk.push(award)
        if (chunk.length < awardsAChunk) continue
        yield chunk
        chunk = []
      }
    }
  }
  if (chunk.length > 0) yield chunk
}

/** Gives each drawn ticket what it gets, in the order in which they are drawn. */
class Judge {
  private position = 0
  private prizeAt = 0
  private piecesLeft: number
  /** Entries that have a prize or their answer. */
  private readonly heard: Uint8Array

  constructor(
    private readonly rules: DrawnRules,
    entries: number,
  ) {
    this.piecesLeft = rules.prizes[0]?.quantity ?? 0
    this.heard = new Uint8Array(entries)
  }

  /** Null: its entry has been answered already. */
  next(candidates: Candidates, place: number): DrawnAward | null {
    const entry = candidates.entryAt(place)
    const position = ++this.position
    const prize = this.takePrize()
    if (prize === null && this.heard[entry] === 1) return null
    this.heard[entry] = 1
    const { defaultPrize } = this.rules
    const outcome = prize !== null ? 'PRIZE' : defaultPrize !== null ? 'DEFAULT' : 'NO_PRIZE'
    return { position, entry, ticket: candidates.ticketAt(place), outcome, prize: prize ?? defaultPrize }
  }

  private takePrize(): Prize | null {
    const { prizes } = this.rules
    const prize = prizes[this.prizeAt]
    if (prize === undefined) return null
    if (--this.piecesLeft === 0) this.piecesLeft = prizes[++this.prizeAt]?.quantity ?? 0
    return prize
  }
}

/** What the player is told. */
export const awardMessage = (prize: Prize | null): string => (prize === null ? 'Better luck next time' : prize.name)
