import type { DrawFactsFragment } from './draws.generated'

/** Of a dialog that asks before something is done with a draw. */
export interface DrawActionProps {
  readonly draw: DrawFactsFragment
  readonly onDone: () => void
  readonly onClose: () => void
}
