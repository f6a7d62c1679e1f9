import { useId, useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { notify } from '../parts/notices'
import { timeText } from '../parts/times'
import type { DrawActionProps } from './draw-action'
import { waitingText } from './draw-words'
import { ExecuteDrawDocument } from './draws.generated'

export function ExecuteDraw({ draw, onDone, onClose }: DrawActionProps) {
  const isAhead = Date.now() < Date.parse(draw.drawsAt)
  const canWait = !isAhead && draw.status !== 'CLOSING'
  const [force, setForce] = useState(!canWait)
  const action = useAction(async () => {
    const { executeDraw } = await request(ExecuteDrawDocument, { id: draw.id, force })
    notify(
      executeDraw.status === 'DRAWN'
        ? `“${draw.name}” is drawn.`
        : `“${draw.name}” is closed and waits for: ${waitingText(executeDraw.waitingFor)}.`,
    )
    onDone()
  })
  return (
    <Confirm title={`Draw “${draw.name}” now?`} verb="Close and draw" action={action} onClose={onClose}>
      <p>
        The draw is closed: no stake, grant or opt-in counts any more. Then its winners are drawn and told, for good.
        {draw.entropyLabel !== null && ` It still waits for the public randomness “${draw.entropyLabel}”.`}
      </p>
      <fieldset class="draw-choice">
        <legend>Stakes that are still on their way</legend>
        <Choice
          name="force"
          checked={!force}
          disabled={!canWait}
          onChoose={() => setForce(false)}
          title="Wait for them"
          text={
            isAhead
              ? `Only from the draw time on, ${timeText(draw.drawsAt)}.`
              : draw.status === 'CLOSING'
                ? 'That is what it does already.'
                : 'Draws once every stream has passed the draw time: nobody loses a stake.'
          }
        />
        <Choice
          name="force"
          checked={force}
          onChoose={() => setForce(true)}
          title="Leave them out"
          text="Draws at once, with what has been counted. A stake that arrives later brings no ticket, whenever it was placed."
        />
      </fieldset>
    </Confirm>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onChoose: () => void
  readonly title: string
  readonly text: string
}

function Choice({ name, checked, disabled, onChoose, title, text }: ChoiceProps) {
  const id = useId()
  return (
    <div class="draw-option">
      <input
        id={id}
        type="radio"
        name={name}
        checked={checked}
        disabled={disabled}
        aria-describedby={`${id}-text`}
        onChange={onChoose}
      />
      <div>
        <label for={id}>{title}</label>
        <p id={`${id}-text`} class="muted small">
          {text}
        </p>
      </div>
    </div>
  )
}
