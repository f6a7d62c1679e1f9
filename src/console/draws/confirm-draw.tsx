import type { Action } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { instantOfInput, timeText } from '../parts/times'
import type { DrawDraft } from './draw-draft'

interface ConfirmDrawProps {
  readonly draft: DrawDraft
  readonly isNew: boolean
  readonly action: Action<[]>
  readonly onClose: () => void
}

export function ConfirmDraw({ draft, isNew, action, onClose }: ConfirmDrawProps) {
  return (
    <Confirm
      title={isNew ? `Create “${draft.name}”?` : `Save “${draft.name}”?`}
      verb={isNew ? 'Create it' : 'Save it'}
      danger={false}
      action={action}
      onClose={onClose}
    >
      <Consequence draft={draft} now={Date.now()} />
    </Confirm>
  )
}

function Consequence({ draft, now }: { readonly draft: DrawDraft; readonly now: number }) {
  const [opensAt, drawsAt] = [instantOfInput(draft.opensAt), instantOfInput(draft.drawsAt)]
  if (opensAt === null || drawsAt === null) return <p>One of its times is not a date.</p>
  const stakes = draft.stakePerTicket === '' ? 'Tickets' : 'Stakes and granted tickets'
  return (
    <>
      {Date.parse(opensAt) > now ? (
        <p>It opens on {timeText(opensAt)}. Until then it can be changed or cancelled, afterwards only cancelled.</p>
      ) : (
        <p>
          <strong>It opens at once and cannot be changed any more</strong>, only cancelled. {stakes} count since{' '}
          {timeText(opensAt)}, with what has been stored since then.
        </p>
      )}
      {Date.parse(drawsAt) > now ? (
        <p>At {timeText(drawsAt)} it closes by itself, and its winners are drawn for good.</p>
      ) : (
        <p>Its draw time has passed: it is drawn when an admin says so, with “Draw now”.</p>
      )}
      {draft.entropyLabel.trim() !== '' && (
        <p>It then waits until an admin enters the public randomness “{draft.entropyLabel.trim()}”.</p>
      )}
    </>
  )
}
