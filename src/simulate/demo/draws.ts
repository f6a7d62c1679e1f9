import { type Clock, formatInstant, MINUTE_MS, type Millis } from '../../kernel/time.js'
import type { Api } from '../api.js'
import type { DrawSeed } from '../seeds.js'

const FIRST_ROUND_MS = MINUTE_MS
const ROUND_MS = 3 * MINUTE_MS

export interface OpenedDraw {
  readonly id: string
  readonly drawsAt: Millis
  readonly stakePerTicket: string
}

export const roundOf = (seed: DrawSeed, round: number): string => `${seed.id}-${round}`

/** One draw after the other, the first one soon: each is open until the next one opens, then the server makes it. */
export class DemoDraws {
  private rounds = 0
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly api: Api,
    private readonly seeds: readonly DrawSeed[],
    private readonly clock: Clock,
    private readonly onOpened: (draw: OpenedDraw) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  async open(): Promise<void> {
    const opensAt = this.clock()
    const roundMs = this.rounds === 0 ? FIRST_ROUND_MS : ROUND_MS
    const seed = this.seeds[this.rounds % this.seeds.length]!
    this.timer = setTimeout(() => this.open().catch(this.onError), roundMs)
    const draw = { ...seed, id: roundOf(seed, ++this.rounds) }
    const drawsAt = opensAt + roundMs
    const input = { ...draw, opensAt: formatInstant(opensAt), drawsAt: formatInstant(drawsAt) }
    await this.api.graphql('mutation ($input: DrawInput!) { createDraw(input: $input) { id } }', { input })
    this.onOpened({ id: draw.id, drawsAt, stakePerTicket: seed.stakePerTicket })
  }

  stop(): void {
    clearTimeout(this.timer)
  }
}
