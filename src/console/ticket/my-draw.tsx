import { useEffect } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { DrawHead } from './draw-head'
import { JoinDraw } from './join-draw'
import { Message } from './message'
import { Milestones } from './milestones'
import { NextTicket } from './next-ticket'
import { Result } from './result'
import { type MyDrawFactsFragment as Draw, MyDrawDocument } from './ticket.generated'
import { TicketCount } from './ticket-count'
import { useWallet } from './use-wallet'

const SAFETY_MS = 60_000
const CLOSING_MS = 3_000
const TIMEOUT_MAX_MS = 2_147_483_647
/** Thousands look at the same clock: they do not all ask in the same moment. */
const SPREAD_MS = 1_500

interface MyDrawProps {
  readonly drawId: string
  readonly playerId: string
}

export function MyDraw({ drawId, playerId }: MyDrawProps) {
  const { data, problem, reload } = useQuery(MyDrawDocument, { id: drawId }, { everyMs: SAFETY_MS })
  const draw = data?.draw ?? null
  useEffect(() => {
    document.title = draw === null ? 'Your tickets' : `${draw.name}: your tickets`
  }, [draw?.name])
  if (draw !== null) return <Shown draw={draw} playerId={playerId} reload={reload} />
  if (problem !== null && data === null) {
    return (
      <Message title="Your tickets cannot be shown">
        <p>{problem.message}</p>
        <button type="button" onClick={reload}>
          Try again
        </button>
      </Message>
    )
  }
  if (data === null)
    return (
      <p class="ticket-loading muted" role="status">
        Loading your tickets ...
      </p>
    )
  return (
    <Message title="There is no such draw">
      <p>It may have another name, or this page is older than it. Open it from the casino again.</p>
    </Message>
  )
}

interface ShownProps {
  readonly draw: Draw
  readonly playerId: string
  readonly reload: () => void
}

function Shown({ draw, playerId, reload }: ShownProps) {
  const { wallet, problem, retry } = useWallet(draw.id, playerId, reload)
  useReloadByClock(draw, reload)
  const isOpen = draw.status === 'OPEN' || draw.status === 'SCHEDULED'
  return (
    <>
      <DrawHead draw={draw} />
      {problem !== null && (
        <p class="problem" role="alert">
          {problem.message}{' '}
          <button type="button" class="link" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {draw.status === 'DRAWN' && wallet !== null && <Result draw={draw} playerId={playerId} wallet={wallet} />}
      <TicketCount draw={draw} wallet={wallet} />
      {wallet !== null &&
        isOpen &&
        (draw.optInRequired && !wallet.optedIn ? (
          <JoinDraw draw={draw} playerId={playerId} />
        ) : (
          <NextTicket draw={draw} wallet={wallet} />
        ))}
      {wallet !== null && isOpen && draw.milestones.length > 0 && (
        <Milestones milestones={draw.milestones} tickets={wallet.tickets} />
      )}
    </>
  )
}

/** It opens and closes by the clock; then it is asked how it goes on. */
function useReloadByClock({ status, opensAt, drawsAt }: Draw, reload: () => void): void {
  useEffect(() => {
    if (status === 'CLOSING') {
      const timer = setInterval(() => document.hidden || reload(), CLOSING_MS)
      return () => clearInterval(timer)
    }
    if (status !== 'SCHEDULED' && status !== 'OPEN') return
    const left = Date.parse(status === 'SCHEDULED' ? opensAt : drawsAt) - Date.now()
    if (left < 0 || left > TIMEOUT_MAX_MS) return
    const timer = setTimeout(reload, left + 200 + Math.random() * SPREAD_MS)
    return () => clearTimeout(timer)
  }, [status, opensAt, drawsAt])
}
