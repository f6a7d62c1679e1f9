import { useState } from 'preact/hooks'
import { LiftDialog } from '../parts/lift-dialog'
import { SuppressDialog } from '../parts/suppress-dialog'
import type { SuppressionLineFragment } from '../parts/suppression.generated'

interface SuppressButtonProps {
  readonly playerId: string
  /** The one in force, whose reason and end are changed then. */
  readonly suppression: SuppressionLineFragment | null
  readonly onChanged: () => void
}

export function SuppressButton(props: SuppressButtonProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        {props.suppression === null ? 'Suppress' : 'Change reason or end'}
      </button>
      {isAsking && <SuppressDialog {...props} onClose={() => setAsking(false)} />}
    </>
  )
}

interface LiftButtonProps extends SuppressButtonProps {
  readonly suppression: SuppressionLineFragment
}

export function LiftButton(props: LiftButtonProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Lift the suppression
      </button>
      {isAsking && <LiftDialog {...props} onClose={() => setAsking(false)} />}
    </>
  )
}
