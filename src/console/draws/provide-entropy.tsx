import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Confirm } from '../parts/dialog'
import { TextField } from '../parts/field'
import { notify } from '../parts/notices'
import type { DrawActionProps } from './draw-action'
import { ProvideDrawEntropyDocument } from './draws.generated'
import { refusalAt } from './refusal'

export function ProvideEntropy({ draw, onDone, onClose }: DrawActionProps) {
  const [value, setValue] = useState('')
  const action = useAction(async () => {
    await request(ProvideDrawEntropyDocument, { drawId: draw.id, value })
    notify(`“${draw.name}” is being drawn with it.`)
    onDone()
  })
  const atField = refusalAt(action.problem, 'value')
  return (
    <Confirm
      title="Enter the public randomness"
      verb="Draw with this value"
      action={action}
      saidAtField={atField !== null}
      onClose={onClose}
    >
      <p>
        The draw is made of it at once: it decides who wins, and cannot be changed afterwards. Anybody can compare it
        with what was published as <strong>{draw.entropyLabel}</strong>.
      </p>
      <TextField
        label="The value, as it was published"
        hint="To the letter: no space before or behind it."
        value={value}
        onChange={setValue}
        input={{ required: true, maxLength: 500 }}
        problem={atField}
      />
    </Confirm>
  )
}
