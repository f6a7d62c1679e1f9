import { WebSocket } from 'ws'

export interface Entry {
  readonly playerId: string
  readonly policyId: string
}

interface Handlers {
  readonly onFrame: (text: string) => void
  /** The subscription or its socket ended, though nobody asked for it. */
  readonly onLost: (reason: string) => void
}

export interface SubscriberFilter {
  readonly policyId?: string
  readonly playerId?: string
  readonly minAmount?: string
}

export interface Subscription {
  readonly query: string
  readonly variables: object
}

const VIPS = `subscription ($policyId: ID, $playerId: ID, $minAmount: Decimal) {
  vipEntered(policyId: $policyId, playerId: $playerId, minAmount: $minAmount) {
    id policyId playerId windowStart windowEnd amount eventCount crossingEventId feedCursor
  }
}`
const TRIGGERS = `subscription ($campaignId: ID) {
  campaignTriggered(campaignId: $campaignId) {
    id campaignId campaignVersion playerId event { eventId occurredAt data } offer triggeredAt feedCursor
  }
}`

const MILESTONES = `subscription ($drawId: ID) {
  ticketMilestoneReached(drawId: $drawId) { drawId playerId milestone tickets reachedAt feedCursor }
}`

const POSITIONS = `subscription ($games: [String!]) {
  gamePnlChanged(games: $games) {
    game bets turnover payouts ggr openBets openStake liability expectedGgr updatedAt revision
  }
}`

export const vipSubscription = (filter: SubscriberFilter): Subscription => ({ query: VIPS, variables: filter })
export const triggerSubscription = (campaignId: string): Subscription => ({
  query: TRIGGERS,
  variables: { campaignId },
})

export const milestoneSubscription = (drawId: string): Subscription => ({
  query: MILESTONES,
  variables: { drawId },
})

/** Null: of all games. */
export const positionSubscription = (games: readonly string[] | null): Subscription => ({
  query: POSITIONS,
  variables: { games },
})

const NEXT = '"type":"next"'

/** One graphql-ws socket with one subscription. Frames are handed on unread: a thousand of these share a thread with the sender. */
export class Subscriber {
  private closing = false

  private constructor(private readonly socket: WebSocket) {}

  /** Resolves when the server has taken the subscription, as far as the protocol lets a client know. */
  static open(url: string, authorization: string, subscription: Subscription, handlers: Handlers): Promise<Subscriber> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    const subscriber = new Subscriber(socket)
    return new Promise((resolve, reject) => {
      const lose = (reason: string) => {
        if (subscriber.closing) return
        reject(new Error(reason))
        handlers.onLost(reason)
      }
      socket.on('error', error => lose(error.message))
      socket.on('close', (code, reason) => lose(`the socket was closed: ${code} ${reason}`))
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })))
      socket.on('message', data => {
        const text = data.toString()
        if (text.includes(NEXT)) return handlers.onFrame(text)
        const message = JSON.parse(text) as { type: string }
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription }))
          // The answer to a ping comes behind the subscription that was sent before it.
          socket.send(JSON.stringify({ type: 'ping' }))
        } else if (message.type === 'pong') resolve(subscriber)
        else if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }))
        else lose(`the subscription ended: ${text.slice(0, 500)}`)
      })
    })
  }

  close(): void {
    this.closing = true
    this.socket.terminate()
  }
}

export const entryOf = (text: string): Entry =>
  (JSON.parse(text) as { payload: { data: { vipEntered: Entry } } }).payload.data.vipEntered

export const triggeredEventOf = (text: string): string =>
  (JSON.parse(text) as { payload: { data: { campaignTriggered: { event: { eventId: string } } } } }).payload.data
    .campaignTriggered.event.eventId

export const milestonePlayerOf = (text: string): string =>
  (JSON.parse(text) as { payload: { data: { ticketMilestoneReached: { playerId: string } } } }).payload.data
    .ticketMilestoneReached.playerId

export interface Position {
  readonly game: string
  readonly bets: number
}

export const positionOf = (text: string): Position =>
  (JSON.parse(text) as { payload: { data: { gamePnlChanged: Position } } }).payload.data.gamePnlChanged
