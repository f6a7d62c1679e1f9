import { useState } from 'preact/hooks'
import { useCan } from '../session/session'
import { href } from '../shell/route'
import { CancelDraw } from './cancel-draw'
import type { DrawActionProps } from './draw-action'
import { isOver, waits } from './draw-words'
import { ExecuteDraw } from './execute-draw'
import { ProvideEntropy } from './provide-entropy'

const DIALOGS = { entropy: ProvideEntropy, execute: ExecuteDraw, cancel: CancelDraw } as const

/** What an admin may do with the draw as it stands. */
export function DrawActions({ draw, onDone }: Omit<DrawActionProps, 'onClose'>) {
  const [asking, setAsking] = useState<keyof typeof DIALOGS | null>(null)
  const mayChange = useCan('admin')
  if (!mayChange || isOver(draw.status)) return null
  const Asked = asking === null ? null : DIALOGS[asking]
  const { streams, backfill, entropy } = waits(draw.waitingFor)
  const first = streams.length > 0 || backfill
  return (
    <div class="row">
      {draw.status === 'SCHEDULED' && (
        <a class="button" href={href('draws', draw.id, 'edit')}>
          Edit
        </a>
      )}
      {entropy && (
        <button
          type="button"
          class="primary"
          disabled={first}
          title={first ? 'It is taken once nothing else is waited for.' : undefined}
          onClick={() => setAsking('entropy')}
        >
          Enter the randomness
        </button>
      )}
      {(draw.status !== 'CLOSING' || first) && (
        <button type="button" onClick={() => setAsking('execute')}>
          Draw now
        </button>
      )}
      <button type="button" onClick={() => setAsking('cancel')}>
        Cancel the draw
      </button>
      {Asked !== null && <Asked draw={draw} onDone={onDone} onClose={() => setAsking(null)} />}
    </div>
  )
}
