import { Countdown } from '../parts/countdown'
import { countText } from '../parts/numbers'
import { Time } from '../parts/time'
import { waits } from './draw-words'
import type { DrawFactsFragment } from './draws.generated'
import { Fact } from './fact'

/** How far the draw has come: its counts, its clock, what it waits for. */
export function DrawStanding({ draw }: { readonly draw: DrawFactsFragment }) {
  return (
    <section class="card stack tight" aria-label="How far the draw has come">
      <dl class="facts draw-standing">
        <Fact name="Tickets">{countText(draw.ticketsTotal)}</Fact>
        <Fact name="Players with a ticket">{countText(draw.playersTotal)}</Fact>
        <Clock draw={draw} />
      </dl>
      {!draw.backfilled && draw.status !== 'CLOSING' && draw.status !== 'CANCELLED' && (
        <p class="muted">Events of before the draw was created are still being counted: the counts will rise.</p>
      )}
      {draw.status === 'CLOSING' && <Waiting draw={draw} />}
      {draw.status === 'CANCELLED' && (
        <p>
          <strong>Cancelled for good.</strong> Reason given: {draw.cancelReason}
        </p>
      )}
    </section>
  )
}

function Clock({ draw }: { readonly draw: DrawFactsFragment }) {
  if (draw.status === 'SCHEDULED') {
    return (
      <>
        <Fact name="Opens">
          <Time at={draw.opensAt} />
        </Fact>
        <Fact name="Opens in">
          <Countdown to={draw.opensAt} />
        </Fact>
      </>
    )
  }
  if (draw.status === 'DRAWN') {
    return (
      <Fact name="Drawn">
        <Time at={draw.drawnAt} seconds />
      </Fact>
    )
  }
  return (
    <>
      <Fact name="Draw time">
        <Time at={draw.drawsAt} />
      </Fact>
      {draw.status === 'OPEN' && (
        <Fact name="Time left">
          <Countdown to={draw.drawsAt} over="drawn by hand only" />
        </Fact>
      )}
    </>
  )
}

function Waiting({ draw }: { readonly draw: DrawFactsFragment }) {
  const { streams, backfill, entropy } = waits(draw.waitingFor)
  return (
    <div class="draw-waiting stack tight" aria-live="polite">
      <p>
        <strong>{draw.waitingFor.length > 0 ? 'Closed, and waiting for:' : 'Closed, and being drawn.'}</strong>
      </p>
      <ul class="draw-list">
        {streams.map(stream => (
          <li key={stream}>
            The stream <span class="mono">{stream}</span>: it may still bring stakes of before the draw time. This ends
            by itself once its events pass that time, or it falls silent. “Draw now” waits no longer.
          </li>
        ))}
        {backfill && <li>Events of before the draw was created: they are being counted. Nothing is to be done.</li>}
        {entropy && (
          <li>
            The public randomness “{draw.entropyLabel}”:{' '}
            {streams.length > 0 || backfill
              ? 'it is taken after the rest.'
              : 'enter it as it was published, with “Enter the randomness”.'}
          </li>
        )}
      </ul>
    </div>
  )
}
