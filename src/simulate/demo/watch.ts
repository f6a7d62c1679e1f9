import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface Watch {
  readonly url: string
  readonly token: string
  /** A feed cursor: nothing behind it is missed. */
  readonly after: string
  readonly onVip: (vip: SeenVip, at: number) => void
  readonly onTrigger: (trigger: SeenTrigger, at: number) => void
  readonly onMilestone: (milestone: SeenMilestone) => void
  readonly onAward: (award: SeenAward) => void
  readonly onLost: (error: Error) => void
}

export interface GameWatch {
  readonly url: string
  readonly token: string
  readonly onGame: (game: SeenGame) => void
  readonly onLost: (error: Error) => void
}

export interface SeenVip {
  readonly policyId: string
  readonly playerId: string
  readonly windowStart: string
  readonly windowEnd: string
  readonly amount: string
  readonly crossingEventId: string | null
}

export interface SeenTrigger {
  readonly campaignId: string
  readonly playerId: string
  readonly event: {
    readonly eventId: string
    readonly eventName: string
    readonly amount: string
    readonly game: string
    readonly data: Readonly<Record<string, unknown>> | null
  }
}

export interface SeenMilestone {
  readonly drawId: string
  readonly playerId: string
  readonly milestone: number
}

export interface SeenAward {
  readonly drawId: string
  readonly playerId: string
  readonly outcome: string
  readonly position: number
  readonly ticket: { readonly number: number }
  readonly message: string
}

/** Amounts as the API writes them. */
export interface SeenGame {
  readonly game: string
  readonly turnover: string
  readonly ggr: string
  readonly openBets: number
  readonly openStake: string
  readonly liability: string
  readonly expectedGgr: string
}

const GAMES = `subscription {
  gamePnlChanged(gameType: "sports") { game turnover ggr openBets openStake liability expectedGgr }
}`
const VIPS = `subscription ($after: String) {
  vipEntered(after: $after) { policyId playerId windowStart windowEnd amount crossingEventId }
}`
const TRIGGERS = `subscription ($after: String) {
  campaignTriggered(after: $after) { campaignId playerId event { eventId eventName amount game data } }
}`
const MILESTONES = `subscription ($after: String) {
  ticketMilestoneReached(after: $after) { drawId playerId milestone }
}`
const AWARDS = `subscription ($after: String) {
  prizeAwarded(after: $after) { drawId playerId outcome position ticket { number } message }
}`

/** Four subscriptions on one socket, as any front end would open them. Returns how to close them. */
export function watch({ url, token, after, onLost, ...on }: Watch): () => Promise<void> {
  const { subscribe, close } = openSocket(url, token, onLost)
  const from = { after }
  subscribe<{ vipEntered: SeenVip }>(VIPS, from, (data, at) => on.onVip(data.vipEntered, at))
  subscribe<{ campaignTriggered: SeenTrigger }>(TRIGGERS, from, (data, at) => on.onTrigger(data.campaignTriggered, at))
  subscribe<{ ticketMilestoneReached: SeenMilestone }>(MILESTONES, from, data =>
    on.onMilestone(data.ticketMilestoneReached),
  )
  subscribe<{ prizeAwarded: SeenAward }>(AWARDS, from, data => on.onAward(data.prizeAwarded))
  return close
}

/** Sports games with every bet, as a trading desk would. */
export function watchGames({ url, token, onGame, onLost }: GameWatch): () => Promise<void> {
  const { subscribe, close } = openSocket(url, token, onLost)
  subscribe<{ gamePnlChanged: SeenGame }>(GAMES, {}, data => onGame(data.gamePnlChanged))
  return close
}

function openSocket(url: string, token: string, onLost: (error: Error) => void) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  })
  let closing = false
  const lost = (reason: unknown) => {
    if (closing) return
    onLost(new Error(`a subscription was lost: ${reason instanceof Error ? reason.message : JSON.stringify(reason)}`))
  }
  const ends: (() => void)[] = []
  const subscribe = <T>(query: string, variables: Record<string, unknown>, onData: (data: T, at: number) => void) => {
    const end = client.subscribe<T>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (data) onData(data, performance.now())
          else lost(errors)
        },
        error: lost,
        complete: () => lost('it was completed'),
      },
    )
    ends.push(end)
  }
  const close = async () => {
    closing = true
    for (const end of ends) end()
    await client.dispose()
  }
  return { subscribe, close }
}
