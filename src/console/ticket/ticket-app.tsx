import { useEffect } from 'preact/hooks'
import { closeSocket } from '../api/socket'
import { type Session, useSession, useSignOutNotice } from '../session/session'
import { Message } from './message'
import { MyDraw } from './my-draw'
import './ticket.css'

/** A player's view of one draw, in a frame of the casino's own page. */
export function TicketApp({ drawId }: { readonly drawId: string | null }) {
  const session = useSession()
  useEffect(() => () => closeSocket(), [session?.token])
  return (
    <main class="ticket">
      <Content drawId={drawId} session={session} />
    </main>
  )
}

interface ContentProps {
  readonly drawId: string | null
  readonly session: Session | null
}

function Content({ drawId, session }: ContentProps) {
  const notice = useSignOutNotice()
  if (drawId === null || drawId === '') {
    return (
      <Message title="No draw is named">
        <p>
          The address of this page has to end with the draw, e.g. <code>ticket.html?draw=spring</code>.
        </p>
      </Message>
    )
  }
  if (session === null) {
    return (
      <Message title="Open this page from the casino">
        <p>Your tickets are shown once you are signed in there.</p>
        {notice !== null && <p class="muted small">{notice.replace(' Sign in again.', '')}</p>}
      </Message>
    )
  }
  if (!session.roles.includes('player')) {
    return (
      <Message title="This page is for players">
        <p>
          You are signed in as staff ({session.sub}: {session.roles.join(', ') || 'no role'}), who have no tickets.
        </p>
        <p>
          <a href={`./#/draws/${encodeURIComponent(drawId)}`} target="_top">
            See the draw in the console
          </a>
        </p>
      </Message>
    )
  }
  return <MyDraw key={session.token} drawId={drawId} playerId={session.sub} />
}
