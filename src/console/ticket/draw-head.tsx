import { Countdown } from '../parts/countdown'
import { Time } from '../parts/time'
import type { MyDrawFactsFragment as Draw } from './ticket.generated'

/** Which draw it is, and when it is made. */
export function DrawHead({ draw }: { readonly draw: Draw }) {
  const [first] = draw.prizes
  return (
    <header class="ticket-head">
      <h1>{draw.name}</h1>
      {first !== undefined && <p class="ticket-prize">First prize: {first.name}</p>}
      <p class="ticket-clock">
        <Clock draw={draw} />
      </p>
    </header>
  )
}

function Clock({ draw }: { readonly draw: Draw }) {
  switch (draw.status) {
    case 'SCHEDULED':
      return (
        <>
          Opens in{' '}
          <strong>
            <Countdown to={draw.opensAt} over="a moment" />
          </strong>
        </>
      )
    case 'OPEN':
      return Date.parse(draw.drawsAt) < Date.now() ? (
        <>It will be drawn soon</>
      ) : (
        <>
          Drawn in{' '}
          <strong>
            <Countdown to={draw.drawsAt} over="a moment" />
          </strong>
        </>
      )
    case 'CLOSING':
      return (
        <span role="status">
          Closed: no more tickets.{' '}
          {draw.entropyLabel === null
            ? 'It is being drawn.'
            : `It is drawn once this is published: ${draw.entropyLabel}.`}
        </span>
      )
    case 'DRAWN':
      return (
        <>
          Drawn: <Time at={draw.drawnAt} />
        </>
      )
    case 'CANCELLED':
      return (
        <span class="problem" role="status">
          Cancelled: {draw.cancelReason}
        </span>
      )
  }
}
