import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface SeenVip {
  readonly policyId: string
  readonly playerId: string
  readonly windowStart: string
  readonly windowEnd: string
  readonly amount: string
  readonly crossingEventId: string | null
}

const QUERY = `subscription ($after: String) {
  vipEntered(after: $after) { policyId playerId windowStart windowEnd amount crossingEventId }
}`

export interface VipWatch {
  readonly url: string
  readonly token: string
  /** A feed cursor: nothing behind it is missed. */
  readonly after: string
  readonly onVip: (vip: SeenVip, at: number) => void
  readonly onLost: (error: Error) => void
}

/** A subscription as any front end would open it. Returns how to close it. */
export function watchVips({ url, token, after, onVip, onLost }: VipWatch): () => Promise<void> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  })
  let closing = false
  const lost = (reason: unknown) => {
    if (closing) return
    onLost(new Error(`the subscription was lost: ${reason instanceof Error ? reason.message : JSON.stringify(reason)}`))
  }
  const unsubscribe = client.subscribe<{ vipEntered: SeenVip }>(
    { query: QUERY, variables: { after } },
    {
      next: ({ data, errors }) => {
        if (data) onVip(data.vipEntered, performance.now())
        else lost(errors)
      },
      error: lost,
      complete: () => lost('it was completed'),
    },
  )
  return async () => {
    closing = true
    unsubscribe()
    await client.dispose()
  }
}
